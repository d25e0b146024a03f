//! What a line says of an entry, and what a candidate's words cannot do to it.

use muddle_world::call::{ActorKind, Call};
use muddle_world::office;
use serde_json::json;

use super::desk::thread;
use super::live::{Desk, Ends};
use crate::lines::csv::{COLUMNS, header};
use crate::lines::{Folding, Line, Lines, Shown};

fn lines(desk: &Desk) -> Vec<Line> {
    let mut lines = Lines::new(&desk.opening);
    desk.entries
        .iter()
        .map(|entry| lines.line(&entry.core))
        .collect()
}

/// The lines without their times.
fn told(desk: &Desk) -> Vec<String> {
    let bare = |line: &Line| line.text().split_once(' ').unwrap().1.to_owned();
    lines(desk).iter().map(bare).collect()
}

#[test]
fn a_lost_refund_and_its_retry_say_order_money_answer_and_key() {
    let mut desk = Desk::open();
    desk.refund(1, None, Some("k-1"), Ends::Down);
    desk.refund(1, None, Some("k-1"), Ends::Lost);
    desk.refund(1, None, Some("k-2"), Ends::Down);
    desk.refund(1, None, None, Ends::Down);
    let told = told(&desk);
    assert_eq!(
        told,
        [
            "candidate create_refund R-1 not applied, error (503) by f1",
            "candidate create_refund R-1 40.00 EUR applied, ANSWER LOST; retry 1, same key",
            "candidate create_refund R-1 not applied, error (503) by f1; retry 2, another key",
            "candidate create_refund R-1 not applied, error (503) by f1; retry 3, no key",
        ]
    );
}

#[test]
fn a_success_ends_a_row_of_retries() {
    let mut desk = Desk::open();
    desk.refund(1, Some(500), Some("a"), Ends::Down);
    desk.refund(1, Some(500), Some("a"), Ends::Well);
    desk.refund(1, Some(500), Some("b"), Ends::Well);
    let told = told(&desk);
    assert!(
        told[1].ends_with("5.00 EUR applied; retry 1, same key"),
        "{told:?}"
    );
    assert!(told[2].ends_with("5.00 EUR applied"), "{told:?}");
}

#[test]
fn each_vendor_is_named_by_its_customer_or_order() {
    let mut desk = Desk::open();
    desk.call(json!({"billing": {"request": {"get": {"kind": "charge", "id": "ch_2"}}}}));
    desk.call(
        json!({"crm": {"objects": {"of": "contacts", "ask": {"get": {"key": {"id": "101"}}}}}}),
    );
    desk.reply(1, "ann@mail.example", "We have refunded 40.00.");
    desk.act(
        ActorKind::Interviewer,
        Call::Office(office::Call::Note {
            text: "asks nobody".into(),
        }),
        Ends::Well,
    );
    desk.note("101", "Refunded 40.00.");
    let ids = json!([thread(1), thread(2)]);
    desk.call(json!({"inbox": {"request": {"batch_modify_messages": {"ids": ids, "labels": {"remove": ["INBOX"]}}}}}));
    let told = told(&desk);
    assert_eq!(told[4], "candidate create_note ann Smith applied");
    assert_eq!(
        told[5],
        "candidate batch_modify_messages ann@mail.example \"My order\" and 1 more applied"
    );
    assert_eq!(told[0], "candidate get_charge R-2 ok");
    assert_eq!(told[1], "candidate get_contact ann Smith ok");
    assert_eq!(
        told[2],
        "candidate send_message ann@mail.example \"Re: My order\" applied"
    );
    assert_eq!(told[3], "interviewer note \"asks nobody\"");
}

#[test]
fn a_call_about_no_record_is_named_by_its_arguments() {
    let mut desk = Desk::open();
    desk.call(json!({"billing": {"request": {"create_customer": {"name": "Ann"}}}}));
    desk.call(json!({"inbox": {"request": {"list_messages": {}}}}));
    let said = told(&desk);
    assert!(
        said[0].starts_with("candidate create_customer Ann "),
        "{said:?}"
    );
    assert!(
        said[1].starts_with("candidate list_messages ok"),
        "{said:?}"
    );
}

#[test]
fn a_candidates_words_paint_no_terminal_and_are_cut() {
    let mut desk = Desk::open();
    let wild = format!("\u{1b}[2J\u{202e}x\r\n{}", "y".repeat(500));
    desk.call(
        json!({"billing": {"request": {"search": {"of": "charges", "search": {"query": wild}}}}}),
    );
    let told = told(&desk);
    assert!(
        told[0].chars().all(|c| !c.is_control() && c != '\u{202e}'),
        "{told:?}"
    );
    assert!(told[0].chars().count() < 140, "{told:?}");
}

#[test]
fn csv_quotes_as_rfc_4180_and_no_cell_begins_a_formula() {
    let mut desk = Desk::open();
    for name in ["=HYPERLINK(\"http://x\",\"y\")", "+1", "-1", "@SUM(A1)"] {
        desk.call(json!({"billing": {"request": {"create_customer": {"email": name}}}}));
    }
    desk.refund(1, None, Some("=1+1"), Ends::Well);
    let rows: Vec<String> = lines(&desk).iter().map(Line::csv).collect();
    assert!(header().starts_with("seq,time,actor,") && header().ends_with("\r\n"));
    for row in &rows {
        let cells = cells(row);
        assert_eq!(cells.len(), COLUMNS.len(), "{row}");
        let formula = |cell: &String| cell.starts_with(['=', '+', '-', '@']);
        assert!(!cells.iter().any(formula), "{row}");
    }
    let all = rows.concat();
    assert!(all.contains(",'=1+1,"), "{all}");
    assert!(cells(&rows[4]).contains(&"40.00".to_owned()), "{all}");
}

/// The cells of one row, read after RFC 4180.
fn cells(row: &str) -> Vec<String> {
    let row = row.strip_suffix("\r\n").unwrap();
    let (mut cells, mut cell, mut within) = (Vec::new(), String::new(), false);
    let mut letters = row.chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, within) {
            ('"', true) if letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            ('"', _) => within = !within,
            (',', false) => cells.push(std::mem::take(&mut cell)),
            (other, _) => cell.push(other),
        }
    }
    cells.push(cell);
    cells
}

fn read(seq: u64, operation: &str) -> Shown {
    Shown {
        seq,
        day: "2026-11-17".into(),
        time: "08:30:00".into(),
        actor: "candidate".into(),
        operation: operation.into(),
        text: format!("08:30:00 candidate {operation} ok"),
        quiet: true,
    }
}

#[test]
fn reads_in_a_row_are_one_line_with_a_count() {
    let mut folding = Folding::default();
    for seq in 1..=3 {
        assert!(folding.push(read(seq, "list_charges")).is_empty());
    }
    assert!(folding.push(read(4, "get_message")).is_empty());
    let write = Shown {
        quiet: false,
        text: "08:30:01 candidate create_refund R-1 applied".into(),
        ..read(5, "create_refund")
    };
    assert_eq!(
        folding.push(write.clone()),
        [
            "2026-11-17",
            "08:30:00 candidate 4 reads: list_charges 3, get_message 1",
            "08:30:01 candidate create_refund R-1 applied",
        ]
    );
    folding.push(read(6, "get_message"));
    assert_eq!(folding.flush(), ["08:30:00 candidate get_message ok"]);
    assert!(folding.flush().is_empty());
    let next = Shown {
        day: "2026-11-18".into(),
        ..write
    };
    assert_eq!(folding.push(next)[0], "2026-11-18");
}
