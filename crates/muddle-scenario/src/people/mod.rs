//! Invented people, companies and products: who writes to the desk and what they bought.
//!
//! Called by the scenario generator and by `letters`; calls only `Dice` and the tables under `fixtures/text`. Every
//! field of a person agrees with the others (address with country, phone with city, e-mail with name), and within one
//! `Crowd` no e-mail address and no phone number is given twice. Dirt is the mess operators' work, never done here.

pub mod catalogue;
mod crowd;
mod names;
mod places;

pub use catalogue::{Product, products};
pub use crowd::Crowd;
pub use places::{Country, Place, places};

/// A person as they are in truth, before any system holds a copy of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub first: String,
    pub last: String,
    pub email: String,
    pub phone: String,
    pub street: String,
    /// With the region where people write it so ("Portland, OR").
    pub city: String,
    pub postcode: String,
    pub country: Country,
    pub company: Option<Company>,
}

/// Where somebody works; its domain is the domain of the person's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    pub name: String,
    pub domain: String,
    pub job: String,
}

impl Person {
    /// First and last name.
    pub fn full(&self) -> String {
        format!("{} {}", self.first, self.last)
    }

    /// The address in one line, in the order of the country.
    pub fn address(&self) -> String {
        format!("{}, {}", self.street, self.town_line())
    }

    /// Postcode and city as the country writes them.
    pub fn town_line(&self) -> String {
        if self.country.postcode_first() {
            format!("{} {}", self.postcode, self.city)
        } else if self.country == Country::Us {
            format!("{} {}", self.city, self.postcode)
        } else {
            format!("{}, {}", self.city, self.postcode)
        }
    }
}

#[cfg(test)]
mod tests;
