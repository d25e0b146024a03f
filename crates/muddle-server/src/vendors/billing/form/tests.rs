//! Nested forms as clients write them, and those that are wrong.

use super::*;

fn leaf(text: &str) -> Node {
    Node::Leaf(text.to_owned())
}

fn tree(pairs: &[(&str, Node)]) -> Tree {
    let mut tree = Tree::default();
    for (name, node) in pairs {
        *tree.entry((*name).to_owned()) = node.clone();
    }
    tree
}

fn branch(pairs: &[(&str, Node)]) -> Node {
    Node::Branch(tree(pairs))
}

#[test]
fn all_spellings_of_a_list_are_one_tree() {
    let wanted = tree(&[("expand", branch(&[("0", leaf("a")), ("1", leaf("b"))]))]);
    for form in [
        "expand[]=a&expand[]=b",
        "expand[0]=a&expand[1]=b",
        "expand%5B%5D=a&expand%5B%5D=b",
        "expand%5B0%5D=a&expand%5b1%5d=b",
    ] {
        assert_eq!(parse(form, "").unwrap(), wanted, "{form}");
        assert_eq!(parse("", form).unwrap(), wanted, "{form}");
    }
}

#[test]
fn groups_nest_and_spaces_have_two_spellings() {
    let tree = parse(
        "limit=3",
        "metadata[a+b]=x%20y&lines[0][amount]=1&lines[][amount]=2&lines[][type]=t",
    )
    .unwrap()
    .into_ordered();
    assert_eq!(tree[0], ("limit".to_owned(), leaf("3")));
    assert_eq!(tree[1].1, branch(&[("a b", leaf("x y"))]));
    let second = branch(&[("amount", leaf("2")), ("type", leaf("t"))]);
    let first = branch(&[("amount", leaf("1"))]);
    assert_eq!(tree[2].1, branch(&[("0", first), ("1", second)]));
}

#[test]
fn what_is_no_form_is_refused() {
    for form in [
        "metadata[a=1",
        "metadata]a[=1",
        "email=%ff%fe%80",
        "email=%zz",
        "name=%",
        "[a]=1",
        "a=1&a[b]=2",
        "a[b]=2&a=1",
        "a[b]c=1",
    ] {
        assert!(parse("", form).is_err(), "{form}");
    }
    assert_eq!(parse("", "a=1&a=2").unwrap(), tree(&[("a", leaf("2"))]));
}

#[test]
fn a_form_beyond_its_limits_is_refused_by_their_names() {
    let deep = |levels: usize| format!("a{}=1", "[b]".repeat(levels));
    let many = |pairs: usize| vec!["a=1"; pairs].join("&");
    let long = |bytes: usize| format!("{}=1", "a".repeat(bytes));
    for (within, beyond, limit) in [
        (deep(BRACKETS_MAX), deep(BRACKETS_MAX + 1), "8 levels"),
        (
            many(PARAMETERS_MAX),
            many(PARAMETERS_MAX + 1),
            "1000 parameters",
        ),
        (
            long(PARAMETER_NAME_BYTES_MAX),
            long(PARAMETER_NAME_BYTES_MAX + 1),
            "500 bytes",
        ),
    ] {
        assert!(parse("", &within).is_ok(), "{limit}");
        let problem = parse("", &beyond).unwrap_err();
        assert!(problem.message.contains(limit), "{}", problem.message);
    }
}
