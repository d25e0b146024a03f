//! The desk's rules as a candidate can read them: brief, contract, and the newest mail that states them.
//!
//! Called by `careful` and `narrow` at the start. Reads sentences, knows no template; what nobody states keeps a cautious
//! default.

use jiff::civil::Date;

use crate::inbox::Mail;
use crate::reading::{plain, sums};

/// Who is right about a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum System {
    Billing,
    Crm,
}

/// Which of two contacts lives on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Survivor {
    Oldest,
    Newest,
    MostOrders,
}

/// The rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Minor units from which a person must agree, per order.
    pub(crate) threshold: i64,
    /// Days from delivery.
    pub(crate) window_days: i64,
    /// Days without a scan after which it is a person's.
    pub(crate) no_scan_days: i64,
    /// Who is right about an e-mail address.
    pub(crate) email: System,
    /// Which duplicate lives on.
    pub(crate) survivor: Survivor,
    /// Hand-offs that people take per day.
    pub(crate) handoffs_per_day: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            threshold: 5_000,
            window_days: 14,
            no_scan_days: 14,
            email: System::Billing,
            survivor: Survivor::Oldest,
            handoffs_per_day: 20,
        }
    }
}

impl Rules {
    /// Reads what stands in the pages, then in the mails, newest last, so that the newest wins.
    pub(crate) fn read(pages: &[&str], mails: &[Mail], desk: &str) -> Self {
        let mut rules = Self::default();
        for page in pages {
            rules.take(page);
        }
        let mut notices: Vec<&Mail> = mails.iter().filter(|mail| is_notice(mail, desk)).collect();
        notices.sort_by_key(|mail| mail.at);
        for notice in notices {
            rules.take(&notice.text);
        }
        rules
    }

    /// Takes over what a text states.
    fn take(&mut self, text: &str) {
        for sentence in sentences(text) {
            self.take_sentence(&sentence);
        }
    }

    fn take_sentence(&mut self, words: &str) {
        let has = |stems: &[&str]| stems.iter().any(|stem| words.contains(stem));
        let days = days(words);
        if let Some(days) = days.filter(|_| has(&["scan"])) {
            self.no_scan_days = days;
        } else if let Some(days) = days.filter(|_| has(&["deliver"]) && !has(&["working day"])) {
            self.window_days = days;
        }
        if has(&[
            "approv",
            "asked first",
            "my yes",
            "agree",
            "a person decides",
            "a person must",
            "sign off",
            "yes before",
        ]) && let Some(sum) = sums(words).first()
        {
            self.threshold = sum.minor;
        }
        let behind = || after(words, &["e-mail", "email"]).and_then(first_system);
        if let Some(system) = system_before(words).or_else(behind) {
            self.email = system;
        }
        if has(&[
            "duplicate",
            "same person twice",
            "double contact",
            "in the crm twice",
            "merge",
            "survive",
        ]) {
            self.survivor = if has(&["most orders"]) {
                Survivor::MostOrders
            } else if has(&["created last", "newest", "newer", "latest"]) {
                Survivor::Newest
            } else if has(&["created first", "oldest", "older"]) {
                Survivor::Oldest
            } else {
                self.survivor
            };
        }
        if let Some(rest) = after(words, &["capacity_per_day"]) {
            let digits: String = rest
                .chars()
                .skip_while(|c| !c.is_ascii_digit())
                .take_while(char::is_ascii_digit)
                .collect();
            self.handoffs_per_day = digits.parse().unwrap_or(self.handoffs_per_day);
        }
    }

    /// Whether a change of mind comes too late on a day.
    pub(crate) fn is_late(&self, delivered: Date, today: Date) -> bool {
        days_between(delivered, today) > self.window_days
    }
}

/// Days from one date to another.
pub(crate) fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(0, |span| i64::from(span.get_days()))
}

/// A mail from the house, not from the desk itself, about how refunds are done.
fn is_notice(mail: &Mail, desk: &str) -> bool {
    let domain = desk.split('@').nth(1).unwrap_or_default();
    let words = plain(&mail.text);
    mail.from != desk
        && mail.from.ends_with(&format!("@{domain}"))
        && words.contains("refund")
        && words.contains("days")
        && (words.contains("approv") || words.contains("my yes") || words.contains("asked first"))
}

/// Plain sentences; a stop between digits ends none.
fn sentences(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut current = String::new();
    let chars: Vec<char> = text.chars().collect();
    for (at, c) in chars.iter().enumerate() {
        current.push(*c);
        let next = chars.get(at + 1);
        let ends = match c {
            '.' | '?' | '!' => {
                next.is_none_or(|next| next.is_whitespace() || matches!(next, '"' | '\\'))
            }
            '\n' => next == Some(&'\n') || next.is_some_and(|next| matches!(next, '-' | '*' | '|')),
            _ => false,
        };
        if ends {
            out.push(plain(&std::mem::take(&mut current)));
        }
    }
    out.push(plain(&current));
    out
}

/// `30 days`, `30-day`.
fn days(words: &str) -> Option<i64> {
    let at = ["days", "day "].iter().find_map(|unit| words.find(unit))?;
    let before = words[..at].trim_end_matches([' ', '-', '*']);
    let digits = before.rsplit(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

fn after<'a>(words: &'a str, names: &[&str]) -> Option<&'a str> {
    names
        .iter()
        .find_map(|name| words.split_once(name))
        .map(|(_, rest)| rest)
}

/// `go by the CRM for the e-mail, billing for the name`: the system that stands right before the field.
fn system_before(words: &str) -> Option<System> {
    let (before, _) = words.split_once(" for the e-mail")?;
    if before.ends_with("crm") {
        Some(System::Crm)
    } else {
        before.ends_with("billing").then_some(System::Billing)
    }
}

fn first_system(rest: &str) -> Option<System> {
    const NEAR: usize = 60;
    let near: String = rest.chars().take(NEAR).collect();
    match (near.find("billing"), near.find("crm")) {
        (Some(billing), Some(crm)) if billing < crm => Some(System::Billing),
        (Some(_), None) => Some(System::Billing),
        (_, Some(_)) => Some(System::Crm),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notice(at: i64, text: &str) -> Mail {
        Mail {
            from: "boss@shop.example".to_owned(),
            at,
            text: text.to_owned(),
            ..Mail::default()
        }
    }

    #[test]
    fn who_is_right_may_stand_before_or_behind_the_field() {
        let says = |text: &str| {
            let mut rules = Rules::default();
            rules.take(text);
            rules.email
        };
        let before = "If CRM and billing contradict each other, go by the CRM for the e-mail, billing for the name.";
        let behind = "For the e-mail address we believe the CRM, for the name billing.";
        assert_eq!((says(before), says(behind)), (System::Crm, System::Crm));
        assert_eq!(
            says("Go by billing for the e-mail, the CRM for the name."),
            System::Billing
        );
    }

    #[test]
    fn the_newest_notice_wins_and_unsaid_rules_stay_cautious() {
        let old = notice(
            1,
            "We refund up to 60 days after delivery. My approval is needed at 200.00 and above.",
        );
        let new = notice(
            2,
            "How we refund. Returns: 21 days, counted from the day of delivery. If a parcel has had no delivery scan for 10 days, a person looks. \
             From 80.00 upwards I want to be asked first. E-mail addresses are right in the CRM, names in billing. \
             If you find the same person twice, merge them into the contact that was created last. You need my approval.",
        );
        let rules = Rules::read(
            &["Refunds within 30 days of delivery."],
            &[new, old],
            "desk@shop.example",
        );
        assert_eq!(
            (rules.window_days, rules.no_scan_days, rules.threshold),
            (21, 10, 8_000)
        );
        assert_eq!(
            (rules.email, rules.survivor),
            (System::Crm, Survivor::Newest)
        );
    }

    #[test]
    fn strangers_state_no_rules() {
        let mut mail = notice(1, "We refund 90 days after delivery, approval from 900.00.");
        mail.from = "boss@elsewhere.example".to_owned();
        assert_eq!(
            Rules::read(&[], &[mail], "desk@shop.example"),
            Rules::default()
        );
    }
}
