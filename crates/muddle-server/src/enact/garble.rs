//! Bodies as broken middle boxes deliver them.
//!
//! Called by the vendor faces on a rendered body. Pure: the same `draw` garbles the same body the same way, for ever.

use bytes::Bytes;

/// How a body is spoilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Garble {
    /// One bit differs.
    BitFlip,
    /// As many bytes as before, none of them meant.
    RandomBytes,
    /// A page of the proxy's instead of the answer.
    HtmlPage,
}

/// The spoilt body, and its content type where that changes too.
pub fn garble(kind: Garble, body: Bytes, draw: u64) -> (Bytes, Option<&'static str>) {
    match kind {
        Garble::BitFlip => (flip(body, draw), None),
        Garble::RandomBytes => (noise(body.len(), draw), None),
        Garble::HtmlPage => (page(draw), Some("text/html; charset=utf-8")),
    }
}

fn flip(body: Bytes, draw: u64) -> Bytes {
    if body.is_empty() {
        return body;
    }
    let bit = usize::try_from(step(draw) % (body.len() as u64 * 8)).unwrap_or(0);
    let mut bytes = Vec::from(body);
    bytes[bit / 8] ^= 1 << (bit % 8);
    bytes.into()
}

fn noise(len: usize, draw: u64) -> Bytes {
    (0_u64..)
        .flat_map(|block| step(draw.wrapping_add(block)).to_le_bytes())
        .take(len)
        .collect()
}

fn page(draw: u64) -> Bytes {
    let reference = step(draw);
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>Please wait</title></head>\n<body>\n\
         <h1>The page is being prepared</h1>\n\
         <p>The gateway could not forward your request. Please reload this page in a moment.</p>\n\
         <hr>\n<address>edge gateway &middot; reference {reference:016x}</address>\n</body>\n</html>\n"
    )
    .into()
}

/// SplitMix64's output function: spreads a draw over all 64 bits.
fn step(draw: u64) -> u64 {
    let mut z = draw.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"id":"re_1","object":"refund","amount":1200}"#;

    #[test]
    fn one_bit_differs_and_the_draw_says_which() {
        let flipped = |draw| garble(Garble::BitFlip, Bytes::from_static(BODY), draw).0;
        let bits: u32 = BODY
            .iter()
            .zip(flipped(7).iter())
            .map(|(a, b)| (a ^ b).count_ones())
            .sum();
        assert_eq!(bits, 1);
        assert_eq!(flipped(7), flipped(7));
        assert_ne!(flipped(7), flipped(8));
        assert!(garble(Garble::BitFlip, Bytes::new(), 7).0.is_empty());
    }

    #[test]
    fn noise_keeps_the_length_and_nothing_else() {
        let (bytes, content_type) = garble(Garble::RandomBytes, Bytes::from_static(BODY), 1);
        assert_eq!((bytes.len(), content_type), (BODY.len(), None));
        assert_ne!(bytes, BODY);
        assert_eq!(
            &bytes[..8],
            &0x910a_2dec_8902_5cc1_u64.to_le_bytes(),
            "stable across versions"
        );
    }

    #[test]
    fn the_page_is_html_and_never_json() {
        let (bytes, content_type) = garble(Garble::HtmlPage, Bytes::from_static(BODY), 1);
        assert_eq!(content_type, Some("text/html; charset=utf-8"));
        assert!(bytes.starts_with(b"<!DOCTYPE html>"));
        assert_ne!(
            bytes,
            garble(Garble::HtmlPage, Bytes::from_static(BODY), 2).0
        );
    }
}
