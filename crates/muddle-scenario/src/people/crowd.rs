//! The people of one office, drawn one after another so that no address and no phone number is given twice.
//!
//! Called by the generator, which owns the dice. Holds only what was given out already.

use std::collections::BTreeSet;

use muddle_world::chance::Dice;

use super::names;
use super::places::{Country, Place, fill, places};
use super::{Company, Person};

/// Share of people who write from work, in percent.
const AT_WORK_PERCENT: u64 = 14;
/// Draws of a name, number or address before a large crowd makes do with one that is nearly taken.
const TRIES_MAX: usize = 64;

/// Who exists already.
#[derive(Clone, Debug, Default)]
pub struct Crowd {
    emails: BTreeSet<String>,
    phones: BTreeSet<String>,
    names: BTreeSet<String>,
}

impl Crowd {
    /// Nobody yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps an address from being given to anybody, e.g. those of the shop.
    pub fn reserve(&mut self, email: &str) {
        self.emails.insert(email.to_owned());
    }

    /// Somebody new, whose full name nobody has yet.
    pub fn person(&mut self, dice: &mut Dice) -> Person {
        let country = Country::draw(dice);
        self.person_of(dice, country)
    }

    /// Somebody new from one country.
    pub fn person_of(&mut self, dice: &mut Dice, country: Country) -> Person {
        let (first, last) = self.name(dice, country);
        let place = self.place(dice, country);
        let company = dice
            .percent(AT_WORK_PERCENT)
            .then(|| company(dice, country));
        self.settle(dice, first, last, place, company)
    }

    /// Two people of one household: same last name and address, own e-mail and phone.
    pub fn household(&mut self, dice: &mut Dice) -> (Person, Person) {
        let one = self.person(dice);
        let other = self.relative(dice, &one);
        (one, other)
    }

    /// A second member of somebody's household.
    pub fn relative(&mut self, dice: &mut Dice, of: &Person) -> Person {
        let mut first = names::first(dice, of.country).to_owned();
        for _ in 1..TRIES_MAX {
            if self.names.insert(format!("{first} {}", of.last)) {
                break;
            }
            names::first(dice, of.country).clone_into(&mut first);
        }
        let place = self.place(dice, of.country);
        let mut other = self.settle(dice, first, of.last.clone(), place, None);
        other.street.clone_from(&of.street);
        other.city.clone_from(&of.city);
        other.postcode.clone_from(&of.postcode);
        other
    }

    /// Somebody else of the same first and last name, who lives elsewhere.
    pub fn namesake(&mut self, dice: &mut Dice, of: &Person) -> Person {
        let country = of.country;
        let place = loop {
            let place = self.place(dice, country);
            if place.city != of.city {
                break place;
            }
        };
        self.settle(dice, of.first.clone(), of.last.clone(), place, None)
    }

    /// Another private address for the same person, as people have for newsletters and shops.
    pub fn second_address(&mut self, dice: &mut Dice, of: &Person) -> String {
        let domain = names::mail_domain(dice);
        self.email(dice, &of.first, &of.last, domain)
    }

    fn settle(
        &mut self,
        dice: &mut Dice,
        first: String,
        last: String,
        place: &'static Place,
        company: Option<Company>,
    ) -> Person {
        let domain = match &company {
            Some(company) => company.domain.clone(),
            None => names::mail_domain(dice).to_owned(),
        };
        let email = self.email(dice, &first, &last, &domain);
        let phone = self.phone(dice, place);
        Person {
            email,
            phone,
            street: names::street(dice, place.country),
            city: place.city.clone(),
            postcode: fill(dice, &place.postcode),
            country: place.country,
            company,
            first,
            last,
        }
    }

    /// A full name that nobody has yet; in a crowd that has used them up, one that somebody shares.
    fn name(&mut self, dice: &mut Dice, country: Country) -> (String, String) {
        for _ in 1..TRIES_MAX {
            let first = names::first(dice, country);
            let last = names::last(dice, country);
            if self.names.insert(format!("{first} {last}")) {
                return (first.to_owned(), last.to_owned());
            }
        }
        let (first, last) = (names::first(dice, country), names::last(dice, country));
        (first.to_owned(), last.to_owned())
    }

    /// A number that nobody has yet; in a crowd that has used them up, an extension of one.
    fn phone(&mut self, dice: &mut Dice, place: &Place) -> String {
        for _ in 1..TRIES_MAX {
            let phone = fill(dice, &place.phone);
            if self.phones.insert(digits(&phone)) {
                return phone;
            }
        }
        let phone = format!("{} ext. {}", fill(dice, &place.phone), self.phones.len());
        self.phones.insert(digits(&phone));
        phone
    }

    fn place(&self, dice: &mut Dice, country: Country) -> &'static Place {
        let there: Vec<&Place> = places()
            .iter()
            .filter(|place| place.country == country)
            .collect();
        dice.pick::<&Place>(&there)
    }

    fn email(&mut self, dice: &mut Dice, first: &str, last: &str, domain: &str) -> String {
        let (first, last) = (ascii(first), ascii(last));
        let initial = &first[..1];
        for _ in 1..TRIES_MAX {
            let local = match dice.below(10) {
                0..4 => format!("{first}.{last}"),
                4 => format!("{initial}{last}"),
                5 => format!("{first}_{last}"),
                6 => format!("{first}{}", 10 + dice.below(89)),
                7 => format!("{last}.{first}"),
                8 => format!("{initial}.{last}{}", 50 + dice.below(50)),
                _ => format!("{first}{last}"),
            };
            let email = format!("{local}@{domain}");
            if self.emails.insert(email.clone()) {
                return email;
            }
            let email = format!("{local}{}@{domain}", 2 + dice.below(97));
            if self.emails.insert(email.clone()) {
                return email;
            }
        }
        let email = format!("{first}.{last}{}@{domain}", self.emails.len());
        self.emails.insert(email.clone());
        email
    }
}

fn company(dice: &mut Dice, country: Country) -> Company {
    let (name, job) = names::company(dice, country);
    let domain = format!(
        "{}.example",
        ascii(&name).chars().take(24).collect::<String>()
    );
    Company {
        name,
        domain,
        job: job.to_owned(),
    }
}

fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

/// Lower-case letters as people spell themselves in addresses; everything else is dropped. Never empty.
pub(crate) fn ascii(name: &str) -> String {
    let mut out = String::new();
    for c in name.to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            'à' | 'á' | 'â' | 'ã' => out.push('a'),
            'ç' | 'ć' | 'č' => out.push('c'),
            'è' | 'é' | 'ê' | 'ë' => out.push('e'),
            'ì' | 'í' | 'î' | 'ï' => out.push('i'),
            'ñ' | 'ń' => out.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ø' => out.push('o'),
            'ù' | 'ú' | 'û' => out.push('u'),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'š' => out.push('s'),
            'ž' => out.push('z'),
            'ÿ' | 'ý' => out.push('y'),
            _ => {}
        }
    }
    if out.is_empty() {
        out.push('x');
    }
    out
}
