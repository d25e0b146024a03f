//! A plain body as the HTML that mail programs make of it.
//!
//! Called by `Mailbag`, and by the post for mail that has nothing else. The text is the same word for word; only its dress differs, prettily or not.

use muddle_world::chance::Dice;

/// Body and signature in one program's markup.
pub fn render(dice: &mut Dice, body: &str, signature: &str) -> String {
    let paragraphs: Vec<String> = body.split("\n\n").map(escape).collect();
    let signature = escape(signature);
    match dice.below(3) {
        0 => {
            let lines = paragraphs.join("<br><br>");
            format!(
                "<div dir=\"ltr\">{lines}<br><br><div class=\"signature\">{signature}</div></div>"
            )
        }
        1 => {
            let style = "font-family:Calibri,sans-serif;font-size:11.0pt;color:#1F497D";
            let rows: String = paragraphs
                .iter()
                .chain([&signature])
                .map(|text| format!("<p class=\"MsoNormal\"><span style=\"{style}\">{text}<o:p></o:p></span></p>\r\n"))
                .collect();
            format!(
                "<html xmlns:o=\"urn:schemas-microsoft-com:office:office\"><body lang=\"EN-GB\">\r\n{rows}</body></html>"
            )
        }
        _ => {
            let rows: String = paragraphs
                .iter()
                .map(|text| format!("<div>{text}</div><div>&nbsp;</div>"))
                .collect();
            format!(
                "<!DOCTYPE html><html><head><meta charset=\"utf-8\"></head><body>{rows}<div style=\"color:#888\">{signature}</div></body></html>"
            )
        }
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\n', "<br>\r\n")
}
