//! Rows of the mailbox: messages with their readers, and labels as they came and went.

use rusqlite::{Connection, params};

use super::actor;
use crate::history::{Direction, History};

pub(super) fn fill(db: &Connection, history: &History) -> Result<(), rusqlite::Error> {
    let mut insert = db.prepare_cached("INSERT INTO mails VALUES (?,?,?,?,?,?,?,?,?,?,?)")?;
    let mut reader = db.prepare_cached("INSERT INTO recipients VALUES (?,?,?)")?;
    for mail in history.mails.values() {
        let by = mail.sent.unwrap_or(mail.by);
        let direction = match mail.direction() {
            Direction::In => "in",
            Direction::Out => "out",
            Direction::Draft => "draft",
        };
        let (own, quoted) = mail.words();
        insert.execute(params![
            &*mail.row.id,
            &*mail.row.thread_id,
            by.seq as i64,
            if by.seq == 0 { mail.row.at.0 } else { by.at.0 },
            actor(by.actor),
            direction,
            mail.sender(),
            &*mail.row.subject,
            own,
            quoted,
            &*mail.row.message_id,
        ])?;
        for (kind, address) in mail.readers() {
            reader.execute(params![&*mail.row.id, kind, address])?;
        }
    }
    labels(db, history)
}

fn labels(db: &Connection, history: &History) -> Result<(), rusqlite::Error> {
    let mut insert = db.prepare_cached("INSERT INTO labels VALUES (?,?,?,?,?,?,?)")?;
    for step in &history.labels {
        let thread = history
            .mails
            .get(&step.mail)
            .map(|mail| &*mail.row.thread_id);
        insert.execute(params![
            &*step.mail,
            thread,
            &*history.label_name(&step.label),
            step.added,
            step.by.seq as i64,
            step.by.at.0,
            actor(step.by.actor),
        ])?;
    }
    let mut insert = db.prepare_cached("INSERT INTO labels_on VALUES (?,?,?)")?;
    for mail in history.world.inbox.messages.oldest_first() {
        for label in &mail.label_ids {
            insert.execute(params![
                &*mail.id,
                &*mail.thread_id,
                &*history.label_name(label)
            ])?;
        }
    }
    Ok(())
}
