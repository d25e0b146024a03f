//! What newcomers try at the doors of the house, and what they are told: faults, waits, attempts, a closed office.

use std::time::{Duration, Instant};

use muddle_tests::desk::{Desk, House};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

async fn faults(house: &House, desk: &Desk) -> Vec<Value> {
    let path = desk.path("/faults");
    let list = house.get(&path, desk.token("interviewer")).await;
    list.expect(200).as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn lifting_all_leaves_the_scenarios_own_faults() {
    let house = House::start().await;
    let desk = house
        .open(5, json!({"cases": null, "latency": "real"}))
        .await;
    let interviewer = desk.token("interviewer");
    let scripted = faults(&house, &desk).await;
    assert!(!scripted.is_empty() && scripted.iter().all(|fault| fault["live"] == false));
    let outage = scripted.iter().find(|fault| fault["kind"] == "outage");
    let outage = outage.expect("the story has an outage");
    assert_eq!(
        (&outage["state"], &outage["ends"]),
        (&json!("waiting"), &outage["to"])
    );
    for more in [json!({}), json!({"ttl": "5m"})] {
        let mut fault = json!({"kind": "reset", "vendor": "crm"});
        fault
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        house
            .post(&desk.path("/faults"), interviewer, fault)
            .await
            .expect(201);
    }
    let armed = faults(&house, &desk).await;
    let by_hand: Vec<&Value> = armed.iter().filter(|fault| fault["live"] == true).collect();
    assert!(
        by_hand.iter().all(|fault| fault["ends"].is_string()),
        "{by_hand:?}"
    );
    let lifted = house
        .ask(
            reqwest::Method::DELETE,
            &desk.path("/faults"),
            interviewer,
            None,
        )
        .await
        .expect(200);
    let ids: Vec<&Value> = by_hand.iter().map(|fault| &fault["id"]).collect();
    assert_eq!(
        lifted["lifted"]
            .as_array()
            .unwrap()
            .iter()
            .collect::<Vec<_>>(),
        ids
    );
    let left = faults(&house, &desk).await;
    assert_eq!(left.len(), scripted.len(), "the scenario's own stay");
    let named = desk.path(&format!("/faults/{}", outage["id"].as_str().unwrap()));
    house
        .ask(reqwest::Method::DELETE, &named, interviewer, None)
        .await
        .expect(200);
    assert_eq!(faults(&house, &desk).await.len(), scripted.len() - 1);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_a_fault_is_told_only_while_it_is_to_come() {
    let house = House::start().await;
    let desk = house.open(5, json!({})).await;
    let fault = json!({"kind": "reset", "vendor": "crm", "ttl": "5m"});
    let armed = house
        .post(&desk.path("/faults"), desk.token("interviewer"), fault)
        .await
        .expect(201);
    let candidate = desk.token("candidate");
    for (path, body, state, ends) in [
        (
            desk.path("/clock"),
            json!({"mode": "manual"}),
            "armed",
            false,
        ),
        (
            desk.path("/clock"),
            json!({"mode": "paused"}),
            "armed",
            false,
        ),
        (desk.path("/clock"), json!({"mode": "step"}), "armed", true),
        (
            "/muddle/v1/wait".to_owned(),
            json!({"for": "10m"}),
            "over",
            false,
        ),
        (
            desk.path("/clock"),
            json!({"mode": "step", "to": "+10m"}),
            "over",
            false,
        ),
    ] {
        house.post(&path, candidate, body.clone()).await.expect(200);
        let listed = faults(&house, &desk).await;
        let fault = listed.iter().find(|fault| fault["id"] == armed["fault"]);
        let fault = fault.unwrap();
        assert_eq!(fault["state"], state, "{body}");
        assert_eq!(fault["ends"].is_string(), ends, "{body}: {fault}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_wait_says_at_its_limit_what_it_waits_for() {
    let house = House::start().await;
    let desk = house.open(5, json!({"clock": "real"})).await;
    let body = json!({"for": "2h", "at_most": "20ms"});
    let waited = house
        .post("/muddle/v1/wait", desk.token("candidate"), body)
        .await
        .expect(200);
    assert_eq!(waited["reached"], false);
    let until = waited["until"].as_str().unwrap();
    assert!(until > waited["now"].as_str().unwrap());
    let note = waited["note"].as_str().unwrap();
    assert!(
        note.contains(until) && note.contains("--clock step"),
        "{waited}"
    );
    let body = json!({"next_event": true, "at_most": "20ms"});
    let waited = house
        .post("/muddle/v1/wait", desk.token("candidate"), body)
        .await
        .expect(200);
    assert_eq!(
        waited["until"],
        Value::Null,
        "nobody learns when mail will come"
    );
    house.stop().await;
}

/// A wait under way while somebody sets the clock.
async fn waits_while_set(house: &House, desk: &Desk, role: &str, clock: Value) -> Value {
    let body = json!({"for": "2h", "at_most": "1500ms"});
    let wait = house.post("/muddle/v1/wait", desk.token("candidate"), body);
    let set = async {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let path = desk.path("/clock");
        let set = house.post(&path, desk.token(role), clock).await;
        set.expect(200);
    };
    tokio::join!(wait, set).0.expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_speaks_of_the_clock_as_it_has_become() {
    let house = House::start().await;
    let live = json!({"clock": "real", "mode": "live", "test": true});
    let desk = house.open(5, live).await;
    let candidate = desk.token("candidate");
    let body = json!({"for": "2h", "at_most": "20ms"});
    let runs = house.post("/muddle/v1/wait", candidate, body.clone()).await;
    let note = runs.expect(200)["note"].to_string();
    assert!(note.contains("20 real milliseconds"), "{note}");
    assert!(!note.contains("--clock"), "not theirs to choose: {note}");
    let paused = json!({"mode": "paused"});
    let waited = waits_while_set(&house, &desk, "interviewer", paused).await;
    let note = waited["note"].as_str().unwrap();
    assert_eq!(waited["reached"], false);
    assert!(
        note.contains("paused") && note.contains("interviewer"),
        "{note}"
    );
    let stands = house.post("/muddle/v1/wait", candidate, body).await;
    let said = stands.expect(409)["error"]["message"].to_string();
    assert!(said.contains("interviewer"), "{said}");
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_comes_to_follow_the_calls_is_moved_once() {
    let house = House::start().await;
    let desk = house.open(5, json!({"clock": "real"})).await;
    let step = json!({"mode": "step"});
    let waited = waits_while_set(&house, &desk, "candidate", step).await;
    assert_eq!(
        (&waited["reached"], &waited["waited_ms"]),
        (&json!(true), &json!(7_200_000)),
        "{waited}"
    );
    assert_eq!(waited["now"], waited["until"]);
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_ends_a_wait_at_once() {
    let house = House::start().await;
    let desk = house.open(5, json!({"clock": "real"})).await;
    let body = json!({"for": "2h"}).to_string();
    let head = format!(
        "POST /muddle/v1/wait HTTP/1.1\r\nhost: muddle\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        desk.token("candidate"),
        body.len()
    );
    let address = house.url().replace("http://", "");
    let mut socket = tokio::net::TcpStream::connect(address).await.unwrap();
    socket.write_all(head.as_bytes()).await.unwrap();
    // The handler asks for the body, so the wait has begun.
    let mut asked = [0; 25];
    socket.read_exact(&mut asked).await.unwrap();
    assert!(asked.starts_with(b"HTTP/1.1 100"));
    socket.write_all(body.as_bytes()).await.unwrap();
    let began = Instant::now();
    house.stop().await;
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
    let mut answer = String::new();
    socket.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_without_a_name_is_called_by_its_number() {
    let house = House::start().await;
    let desk = house.open(5, json!({})).await;
    let candidate = desk.token("candidate");
    for (request, label) in [
        (json!({}), "attempt 1"),
        (json!({"label": "with backoff"}), "with backoff"),
        (json!({"label": " "}), "attempt 3"),
    ] {
        let begun = house
            .post("/muddle/v1/attempts", candidate, request)
            .await
            .expect(201);
        assert_eq!(begun["label"], label);
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_office_names_the_ways_on_but_the_vendors_do_not() {
    let house = House::start().await;
    let desk = house.open(5, json!({})).await;
    house
        .post(&desk.path("/seal"), desk.token("interviewer"), json!({}))
        .await
        .expect(200);
    let waits = house.post(
        "/muddle/v1/wait",
        desk.token("candidate"),
        json!({"for": "1m"}),
    );
    let path = desk.path("/faults");
    let arms = house.post(&path, desk.token("interviewer"), json!({"kind": "reset"}));
    for refused in [waits.await, arms.await] {
        let said = refused.expect(410)["error"]["message"].to_string();
        assert!(said.contains("reset") && said.contains("fork"), "{said}");
    }
    let charges = house.get("/v1/charges", desk.key("billing")).await;
    assert!(
        charges.status == 410 && !charges.text.contains("fork"),
        "{}",
        charges.text
    );
    house.stop().await;
}
