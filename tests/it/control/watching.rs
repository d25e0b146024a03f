//! Whoever watches: lists, status, lines live and from the log, records as they were.

use muddle_tests::desk::{ADMIN, Desk, House};
use reqwest::Method;
use serde_json::{Value, json};

async fn refund(house: &House, desk: &Desk, charge: &str, key: &str) -> Result<u16, ()> {
    let sent = reqwest::Client::new()
        .post(format!("{}/v1/refunds", house.url()))
        .bearer_auth(desk.key("billing"))
        .header("idempotency-key", key)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(format!("charge={charge}&amount=500"))
        .send()
        .await;
    sent.map(|answer| answer.status().as_u16()).map_err(drop)
}

/// A charge of which something can be given back, with what it is for.
async fn charge(house: &House, desk: &Desk) -> (String, String) {
    let charges = house
        .get("/v1/charges?limit=100", desk.key("billing"))
        .await;
    let charges = charges.expect(200);
    let mut charges = charges["data"].as_array().unwrap().iter();
    let whole = charges.find(|charge| {
        charge["amount_refunded"] == 0
            && charge["disputed"] == false
            && charge["metadata"]["order"].is_string()
    });
    let whole = whole.unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&whole["id"]), text(&whole["metadata"]["order"]))
}

async fn lose_the_first_refund(house: &House, desk: &Desk) {
    let fault = json!({"kind": "close", "vendor": "billing", "position": "after", "operation": "create_refund", "first": 1});
    house
        .post(&desk.path("/faults"), desk.token("interviewer"), fault)
        .await
        .expect(201);
}

/// A stream of events, read as they come.
struct Events {
    response: reqwest::Response,
    text: String,
}

impl Events {
    async fn open(house: &House, path: &str, token: &str) -> Self {
        let sent = reqwest::Client::new()
            .get(format!("{}{path}", house.url()))
            .bearer_auth(token)
            .send();
        let response = sent.await.unwrap();
        assert_eq!(response.status(), 200);
        Self {
            response,
            text: String::new(),
        }
    }

    /// Reads until the text has this, or the stream ends.
    async fn until(&mut self, wanted: &str) {
        while !self.text.contains(wanted) {
            match self.response.chunk().await.unwrap() {
                Some(piece) => self.text.push_str(std::str::from_utf8(&piece).unwrap()),
                None => panic!("the stream ended: {}", self.text),
            }
        }
    }

    /// Reads to the end.
    async fn end(mut self) -> String {
        while let Some(piece) = self.response.chunk().await.unwrap() {
            self.text.push_str(std::str::from_utf8(&piece).unwrap());
        }
        self.text
    }
}

fn ids(events: &str) -> Vec<u64> {
    let ids = events.lines().filter_map(|line| line.strip_prefix("id: "));
    ids.map(|id| id.parse().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watcher_sees_every_entry_once_and_a_stop_ends_the_stream() {
    let house = House::start().await;
    let desk = house.open(21, json!({})).await;
    let (charge, order) = charge(&house, &desk).await;
    lose_the_first_refund(&house, &desk).await;
    let path = desk.path("/watch?after=0");
    let mut events = Events::open(&house, &path, desk.token("interviewer")).await;
    events.until("arm_fault").await;
    assert!(refund(&house, &desk, &charge, "k1").await.is_err());
    events.until(&format!("create_refund {order} 5.00")).await;
    assert!(
        events.text.contains("applied, ANSWER LOST"),
        "{}",
        events.text
    );
    assert_eq!(refund(&house, &desk, &charge, "k1").await, Ok(200));
    events.until("retry 1, same key").await;
    let seen = *ids(&events.text).last().unwrap();
    // Whoever comes back names the last they had and gets what came after, once.
    let path = desk.path(&format!("/watch?after={}", seen - 1));
    let mut again = Events::open(&house, &path, desk.token("grader")).await;
    again.until("retry 1, same key").await;
    assert_eq!(ids(&again.text), [seen]);
    house.stop().await;
    let whole = events.end().await;
    assert_eq!(ids(&whole), (1..=seen).collect::<Vec<_>>());
    for text in [whole, again.end().await] {
        assert!(
            text.ends_with("event: end\ndata: {\"why\":\"stopping\"}\n\n"),
            "{text}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seal_a_reset_and_a_revoked_token_end_a_watch() {
    let house = House::start().await;
    let sealed = house.open(22, json!({})).await;
    let path = sealed.path("/watch");
    let watch = Events::open(&house, &path, sealed.token("grader")).await;
    let path = sealed.path("/log?follow=true&format=text");
    let log = Events::open(&house, &path, sealed.token("grader")).await;
    house
        .post(&sealed.path("/seal"), ADMIN, json!({}))
        .await
        .expect(200);
    let text = watch.end().await;
    assert!(
        text.contains("system seal") && text.contains("\"why\":\"sealed\""),
        "{text}"
    );
    let text = log.end().await;
    assert!(
        text.lines().last().unwrap().ends_with("system seal"),
        "{text}"
    );

    let reset = house.open(23, json!({})).await;
    let watch = Events::open(&house, &reset.path("/watch"), ADMIN).await;
    house
        .post(&reset.path("/reset"), reset.token("candidate"), json!({}))
        .await
        .expect(200);
    assert!(watch.end().await.contains("\"why\":\"reset\""));

    let taken = house.open(24, json!({})).await;
    let watch = Events::open(&house, &taken.path("/watch"), taken.token("interviewer")).await;
    let keys = house.get(&taken.path("/keys"), ADMIN).await.expect(200);
    let mut keys = keys.as_array().unwrap().iter();
    let key = keys.find(|key| key["opens"] == "interviewer").unwrap();
    let path = taken.path(&format!("/keys/{}", key["key"].as_str().unwrap()));
    let revoked = house.ask(Method::DELETE, &path, ADMIN, None).await;
    assert_eq!(revoked.status, 200, "{}", revoked.text);
    assert!(watch.end().await.contains("\"why\":\"token\""));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_told_as_lines_and_as_columns() {
    let house = House::start().await;
    let desk = house.open(25, json!({})).await;
    let (charge, order) = charge(&house, &desk).await;
    assert_eq!(refund(&house, &desk, &charge, "=1+1").await, Ok(200));
    let grader = desk.token("grader");
    let text = house.get(&desk.path("/log?format=text"), grader).await;
    assert_eq!(text.status, 200);
    let last = text.text.lines().last().unwrap();
    assert!(
        last.contains(&format!("candidate create_refund {order} 5.00")),
        "{last}"
    );
    assert!(last.ends_with("applied"), "{last}");
    let csv = house.get(&desk.path("/log?format=csv"), grader).await;
    let rows: Vec<&str> = csv.text.split("\r\n").collect();
    assert!(rows[0].starts_with("seq,time,actor,name,attempt,vendor,operation,"));
    let row = rows[rows.len() - 2];
    assert!(
        row.contains(&format!(",create_refund,{charge},{order},5.00,")),
        "{row}"
    );
    assert!(row.contains(",'=1+1,"), "no cell begins a formula: {row}");
    let part = house
        .get(&desk.path("/log?format=text&from=2"), grader)
        .await;
    assert!(text.text.ends_with(part.text.split_once('\n').unwrap().1));
    let wrong = house.get(&desk.path("/log?format=xml"), grader).await;
    assert_eq!(wrong.json()["error"]["param"], "format");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_status_names_call_attempt_faults_mail_and_health() {
    let house = House::start().await;
    let desk = house.open(26, json!({"cases": null})).await;
    let interviewer = desk.token("interviewer");
    let status = desk.path("/status");
    let before = house.get(&status, interviewer).await.expect(200);
    assert_eq!(
        (&before["last_call"], &before["attempt"], &before["sealed"]),
        (&Value::Null, &Value::Null, &json!(false))
    );
    assert!(
        before["mail_due"]["count"].as_u64().unwrap() > 0,
        "{before}"
    );
    assert!(before["mail_due"]["next"].is_string());
    assert_eq!(before["vendors"]["billing"]["state"], "up");
    assert_eq!(before["rate_limits"], "documented");
    let label = json!({"label": "first try"});
    house
        .post("/muddle/v1/attempts", desk.token("candidate"), label)
        .await
        .expect(201);
    for fault in [
        json!({"kind": "outage", "vendor": "billing", "for": "1h", "lost_for": "0s"}),
        json!({"kind": "reset", "vendor": "crm", "operation": "create_note"}),
    ] {
        house
            .post(&desk.path("/faults"), interviewer, fault)
            .await
            .expect(201);
    }
    house.get("/v1/charges?limit=1", desk.key("billing")).await;
    let after = house.get(&status, interviewer).await.expect(200);
    let states =
        ["billing", "crm", "inbox"].map(|vendor| after["vendors"][vendor]["state"].clone());
    assert_eq!(states, ["down", "faulty", "up"], "{after}");
    assert_eq!(after["attempt"]["label"], "first try");
    let line = after["last_call"]["line"].as_str().unwrap();
    assert!(line.contains("candidate list_charges"), "{line}");
    assert_eq!(after["last_call"]["seq"], after["entries"]);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_tells_time_and_state_and_is_narrowed_by_how_names_begin() {
    let house = House::start().await;
    let one = house.open(27, json!({"candidate": "Ada"})).await;
    let other = house.open(28, json!({})).await;
    house
        .post(&other.path("/seal"), ADMIN, json!({}))
        .await
        .expect(200);
    let all = house.get("/muddle/v1/workspaces", ADMIN).await.expect(200);
    assert_eq!(all.as_array().unwrap().len(), 2);
    assert_eq!(all[0]["candidate"], "Ada");
    assert_eq!(
        (&all[0]["sealed"], &all[1]["sealed"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(
        all[0]["now"], one.opened["now"],
        "under step nothing moved it"
    );
    for prefix in [&one.name()[..10], &one.name()[3..10]] {
        let path = format!("/muddle/v1/workspaces?prefix={prefix}");
        let found = house.get(&path, ADMIN).await.expect(200);
        let names: Vec<&Value> = found
            .as_array()
            .unwrap()
            .iter()
            .map(|row| &row["workspace"])
            .collect();
        assert_eq!(names, [&json!(one.name())], "{prefix}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_shown_as_it_was_after_an_entry() {
    let house = House::start().await;
    let desk = house.open(29, json!({})).await;
    let (charge, _) = charge(&house, &desk).await;
    assert_eq!(refund(&house, &desk, &charge, "k").await, Ok(200));
    let grader = desk.token("grader");
    let record = |to: &str| desk.path(&format!("/replay?record={charge}{to}"));
    for (to, refunded) in [("&to=1", 0), ("", 500)] {
        let shown = house.get(&record(to), grader).await.expect(200);
        let found = shown["records"].as_array().unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["collection"], "charges");
        assert_eq!(found[0]["record"]["amount_refunded"], refunded, "{to}");
    }
    let named = desk.path(&format!("/replay?record=charges/{charge}"));
    house.get(&named, grader).await.expect(200);
    let none = house
        .get(&desk.path("/replay?record=ch_none"), grader)
        .await;
    assert!(
        none.status == 400 && none.text.contains("ch_none"),
        "{}",
        none.text
    );
    house.stop().await;
}
