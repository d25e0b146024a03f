//! Search queries: clauses of all forms, and those that are wrong.

use super::*;

#[test]
fn clauses_of_all_forms() {
    let query = parse(
        r#"email:'Ann\'s@B.c' AND -metadata["order no"]:null AND amount>=1000 AND name~"söh""#,
    )
    .unwrap();
    assert!(query.all);
    let [email, pair, amount, name] = &query.clauses[..] else {
        panic!("four clauses, not {query:?}")
    };
    assert_eq!(email.operand, Operand::text("Ann's@B.c".to_owned()));
    assert!(pair.negated && pair.pair.as_deref() == Some("order no"));
    assert_eq!(pair.operand, Operand::Null);
    assert_eq!(
        (amount.comparison, &amount.operand),
        (Comparison::AtLeast, &Operand::Number(1000))
    );
    assert_eq!(name.comparison, Comparison::Contains);
    assert!(!parse("status:'paid' OR status:'open'").unwrap().all);
}

#[test]
fn what_says_nothing_is_refused() {
    for text in [
        "",
        "email:",
        "email",
        ":'x'",
        "email:'x",
        "amount>many",
        "name~'ab'",
        "a:'1' AND b:'2' OR c:'3'",
        "a:'1' AND",
        "metadata['k:'v'",
        "a:'1'b:'2'",
    ] {
        assert!(parse(text).is_err(), "{text:?} is no query");
    }
}
