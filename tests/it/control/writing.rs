//! What people who watch write themselves: notes, mail of a customer; and how an office is opened for them.

use muddle_tests::desk::{ADMIN, House};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn a_note_is_an_entry_with_a_limit_and_stands_in_the_report() {
    let house = House::start().await;
    let desk = house.open(31, json!({})).await;
    let path = desk.path("/notes");
    let note = json!({"text": "  Did not look at the dispute. "});
    let noted = house.post(&path, desk.token("interviewer"), note).await;
    let noted = noted.expect(201);
    for text in ["", "  ", &"x".repeat(2_001)] {
        let refused = house
            .post(&path, desk.token("grader"), json!({"text": text}))
            .await;
        assert_eq!(refused.status, 400, "{}", refused.text);
    }
    let long = house
        .post(
            &path,
            desk.token("grader"),
            json!({"text": "x".repeat(2_001)}),
        )
        .await;
    assert!(
        long.text.contains("2000"),
        "the limit is named: {}",
        long.text
    );
    let proof = house.get(&desk.path("/verify"), ADMIN).await.expect(200);
    assert_eq!(proof["verdict"], "whole", "{proof}");
    let report = house
        .post(&desk.path("/grade"), desk.token("grader"), json!({}))
        .await
        .expect(200);
    let notes = report["notes"].as_array().unwrap();
    assert_eq!(notes.len(), 1, "what was refused is no note");
    assert_eq!(
        (
            &notes[0]["text"],
            &notes[0]["by"],
            &notes[0]["seq"],
            &notes[0]["at"]
        ),
        (
            &json!("Did not look at the dispute."),
            &json!("interviewer"),
            &noted["seq"],
            &noted["at"]
        )
    );
    let page = house
        .post(&desk.path("/grade?format=text"), ADMIN, json!({}))
        .await;
    assert!(
        page.text
            .contains("interviewer: Did not look at the dispute.")
    );
    house.stop().await;
}

/// Somebody who wrote to the desk: their name, their address and their thread.
async fn customer(house: &House, key: &str) -> (String, String) {
    let list = house
        .get(
            "/gmail/v1/users/me/messages?labelIds=INBOX&maxResults=1",
            key,
        )
        .await
        .expect(200);
    let id = list["messages"][0]["id"].as_str().unwrap();
    let path = format!("/gmail/v1/users/me/messages/{id}?format=metadata&metadataHeaders=From");
    let mail = house.get(&path, key).await.expect(200);
    let from = mail["payload"]["headers"][0]["value"].as_str().unwrap();
    let address = from.rsplit('<').next().unwrap().trim_end_matches('>');
    (
        address.to_owned(),
        mail["threadId"].as_str().unwrap().to_owned(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_by_hand_arrives_as_the_storys_and_is_a_hand_on_the_scale() {
    let house = House::start().await;
    let desk = house.open(32, json!({})).await;
    let key = desk.key("inbox");
    let (address, thread) = customer(&house, key).await;
    let path = desk.path("/mail");
    let interviewer = desk.token("interviewer");
    let fresh = json!({"as": address, "text": "Are you still there?\nI wait."});
    let fresh = house.post(&path, interviewer, fresh).await.expect(201);
    assert_eq!(fresh["subject"], "Are you still there?");
    let answer = json!({"as": address, "text": "One more thing.", "thread": thread});
    let answer = house.post(&path, interviewer, answer).await.expect(201);
    assert!(answer["subject"].as_str().unwrap().starts_with("Re: "));
    let in_thread = format!("/gmail/v1/users/me/threads/{thread}?format=minimal");
    let in_thread = house.get(&in_thread, key).await.expect(200);
    let last = in_thread["messages"].as_array().unwrap().last().unwrap();
    assert!(
        last["snippet"]
            .as_str()
            .unwrap()
            .contains("One more thing.")
    );
    assert!(
        last["labelIds"]
            .as_array()
            .unwrap()
            .contains(&json!("UNREAD"))
    );
    for (wrong, said) in [
        (json!({"as": "Nobody Atall", "text": "x"}), "Nobody Atall"),
        (json!({"as": address, "text": " "}), "empty"),
        (
            json!({"as": address, "text": "x", "thread": "none"}),
            "no thread",
        ),
        (
            json!({"as": "new@mail.example", "text": "x", "thread": "last"}),
            "no thread",
        ),
        (
            json!({"as": address, "text": "x", "thread": "last", "subject": "y"}),
            "leave",
        ),
    ] {
        let refused = house.post(&path, interviewer, wrong.clone()).await;
        assert_eq!(refused.status, 400, "{wrong}");
        assert!(refused.text.contains(said), "{wrong}: {}", refused.text);
    }
    let proof = house.get(&desk.path("/verify"), ADMIN).await.expect(200);
    assert_eq!(proof["verdict"], "whole", "{proof}");
    let report = house.post(&desk.path("/grade"), ADMIN, json!({})).await;
    let mail = report.expect(200)["hands"]["mail"].clone();
    let seqs: Vec<&Value> = mail
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["seq"])
        .collect();
    assert_eq!(seqs, [&fresh["seq"], &answer["seq"]], "{mail}");
    let exam = house.open(33, json!({"mode": "exam", "test": true})).await;
    let one = json!({"as": "jane@mail.example", "text": "Hello?"});
    for token in [exam.token("interviewer"), ADMIN] {
        let refused = house.post(&exam.path("/mail"), token, one.clone()).await;
        assert_eq!(refused.status, 409, "{}", refused.text);
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_rate_limits_no_vendor_counts_and_the_log_decides_so_again() {
    let house = House::start().await;
    let clock = json!({"clock": "real"});
    let counted = house.open(34, clock).await;
    let free = house
        .open(34, json!({"clock": "real", "rate_limits": "off"}))
        .await;
    let mut statuses = [Vec::new(), Vec::new()];
    for (desk, statuses) in [&counted, &free].into_iter().zip(&mut statuses) {
        for _ in 0..12 {
            let body = json!({"limit": 1});
            let path = "/crm/v3/objects/contacts/search";
            statuses.push(house.post(path, desk.key("crm"), body).await.status);
        }
    }
    assert!(statuses[0].contains(&429), "{statuses:?}");
    assert!(
        statuses[1].iter().all(|status| *status == 200),
        "{statuses:?}"
    );
    let status = house.get(&free.path("/status"), ADMIN).await.expect(200);
    assert_eq!(status["rate_limits"], "off");
    let again = house
        .post(&free.path("/reset"), free.token("candidate"), json!({}))
        .await;
    assert_eq!(again.status, 200);
    let status = house.get(&free.path("/status"), ADMIN).await.expect(200);
    assert_eq!(status["rate_limits"], "off", "a reset keeps it");
    let proof = house.get(&free.path("/verify"), ADMIN).await.expect(200);
    assert_eq!(proof["verdict"], "whole", "{proof}");
    let report = house.post(&free.path("/grade"), ADMIN, json!({})).await;
    assert_eq!(report.expect(200)["hands"]["rate_limits"], "off");
    for (order, status) in [
        (json!({"mode": "live", "rate_limits": "off"}), 201),
        (json!({"mode": "exam", "rate_limits": "off"}), 400),
        (json!({"rate_limits": "none"}), 400),
    ] {
        let mut order = order;
        order["scenario"] = "refund-desk".into();
        let opened = house
            .post("/muddle/v1/workspaces", ADMIN, order.clone())
            .await;
        assert_eq!(opened.status, status, "{order}: {}", opened.text);
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_cases_than_there_are_are_refused_with_how_many_there_are() {
    let house = House::start().await;
    let most = muddle_scenario::shipped("refund-desk").unwrap().unwrap();
    let most = muddle_scenario::cases_max(&most);
    for cases in [0, most + 1, 5_000] {
        let order = json!({"scenario": "refund-desk", "cases": cases});
        let refused = house.post("/muddle/v1/workspaces", ADMIN, order).await;
        assert_eq!(refused.status, 400);
        assert_eq!(refused.json()["error"]["param"], "cases");
        let said = refused.text.contains(&format!("take 1 to {most}"));
        assert!(said || cases == 0, "{}", refused.text);
    }
    house.open(35, json!({"cases": most})).await;
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_says_that_it_looked_at_keys_only() {
    let house = House::start().await;
    let desk = house.open(36, json!({})).await;
    let checked = house
        .get("/muddle/v1/check", desk.token("candidate"))
        .await
        .expect(200);
    let said = |name: &str| checked[name].to_string();
    assert!(said("looked_at").contains("key"), "{checked}");
    assert!(
        said("not_looked_at").contains("no vendor was called"),
        "{checked}"
    );
    house.stop().await;
}
