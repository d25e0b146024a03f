//! What the shop sells, read from `fixtures/text/catalogue.yaml`.
//!
//! Called by the generator for order lines and by `letters` for what a customer calls a thing. Prices are integers of
//! the minor unit; a currency without a price does not exist here, so no rate is ever applied.

use std::sync::LazyLock;

use serde::Deserialize;

/// One article.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Product {
    pub sku: String,
    pub name: String,
    /// How customers call it: singular nouns without an article.
    pub called: Vec<String>,
    pub category: String,
    /// `cloth`, `paper`, `electric` or `hard`: how it can break.
    pub made: String,
    pub price: Prices,
}

/// Prices in minor units.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    pub usd: i64,
    pub eur: i64,
    pub gbp: i64,
}

impl Product {
    /// The price in `usd`, `eur` or `gbp`.
    pub fn price_minor(&self, currency: &str) -> i64 {
        match currency {
            "eur" => self.price.eur,
            "gbp" => self.price.gbp,
            _ => self.price.usd,
        }
    }
}

/// All articles, in file order.
pub fn products() -> &'static [Product] {
    static PRODUCTS: LazyLock<Vec<Product>> = LazyLock::new(|| {
        serde_saphyr::from_str(include_str!("../../../../fixtures/text/catalogue.yaml"))
            .expect("the shipped catalogue is read by a test")
    });
    &PRODUCTS
}

/// The article an order line names, by its full name or its SKU.
pub fn find(line: &str) -> Option<&'static Product> {
    products()
        .iter()
        .find(|product| line.contains(product.name.as_str()) || line.contains(product.sku.as_str()))
}
