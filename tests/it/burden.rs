//! What one candidate's load costs the others: bodies, addresses, answers, forks and offices within their named limits.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use data_encoding::BASE64URL;
use muddle_log::{Log, Memory, WorkspaceId, WriterLimits};
use muddle_office::verify::{Verified, verify};
use muddle_office::{Limits, Office, OfficeError, open};
use muddle_tests::desk::{Desk, House};
use muddle_tests::small;
use muddle_world::clock::Mode;
use muddle_world::fault::{Kind, Position, Select};
use reqwest::Method;
use serde_json::json;

/// One request as bytes: head, and the part of the body that is sent.
fn request(line: &str, key: &str, length: usize, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "{line} HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {key}\r\nContent-Length: {length}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

/// Sends it, ends its own side of the connection, and reads what comes until the server ends it too.
async fn half_closed(addr: SocketAddr, request: Vec<u8>) -> String {
    let exchange = move || {
        let mut client = TcpStream::connect(addr).unwrap();
        client
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        client.write_all(&request).unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        client.read_to_string(&mut answer).unwrap();
        answer
    };
    tokio::task::spawn_blocking(exchange).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_ended_its_side_gets_its_answer_at_once_late_or_after_a_hang() {
    let house = House::start().await;
    let desk = house.open(41, json!({"clock": "real"})).await;
    let path = desk.path("/faults");
    let faults = [
        None,
        Some(
            json!({"vendor": "inbox", "operation": "list_labels", "kind": "delay", "delay": "300ms", "position": "after", "first": 1}),
        ),
        Some(
            json!({"vendor": "inbox", "operation": "list_labels", "kind": "hang", "position": "before", "first": 1}),
        ),
    ];
    for fault in faults {
        if let Some(fault) = fault {
            house
                .post(&path, desk.token("interviewer"), fault)
                .await
                .expect(201);
        }
        let line = "GET /gmail/v1/users/me/labels";
        let answer = half_closed(house.addr(), request(line, desk.key("inbox"), 0, b"")).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        assert!(answer.contains("\"INBOX\""), "{answer}");
    }
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_url_that_is_too_long_is_414_in_plain_form_and_an_entry() {
    let house = House::start().await;
    let desk = house.open(42, json!({})).await;
    let padding = "x".repeat(31_543 - "/crm/v3/objects/contacts?properties=".len());
    for (vendor, start) in [
        ("crm", "/crm/v3/objects/contacts?properties="),
        ("billing", "/v1/charges?limit="),
        ("inbox", "/gmail/v1/users/me/messages?q="),
    ] {
        let answer = house
            .get(&format!("{start}{padding}"), desk.key(vendor))
            .await;
        assert_eq!((answer.status, answer.error), (414, None));
        assert!(answer.text.contains("414 Request-URI Too Large"));
    }
    let (_, workspace) = house.office().named(desk.name()).unwrap();
    let stored = small::stored(&**house.office().log(), workspace.id);
    let said: Vec<_> = stored
        .iter()
        .map(|entry| String::from_utf8_lossy(&entry.bytes))
        .collect();
    let said = said.concat();
    assert_eq!(
        said.matches("url_too_long").count(),
        6,
        "call and reply of each"
    );
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_strangers_body_is_refused_and_ordinary_clients_read_the_refusal() {
    let house = House::start().await;
    for bytes in [10, 100_000, 3_000_000] {
        let answer = house
            .post(
                "/gmail/v1/users/me/messages/send",
                "ya29.nobody",
                json!({"raw": "x".repeat(bytes)}),
            )
            .await;
        assert_eq!(answer.status, 401);
    }
    house.stop().await;
}

/// Puts a mail of about so many bytes into the box; its id.
async fn put_mail(house: &House, desk: &Desk, bytes: usize) -> String {
    let line = "All work and no play makes Jack a dull boy.\r\n";
    let mail = format!(
        "From: eve@example.com\r\nTo: help@example.com\r\nSubject: big\r\n\r\n{}",
        line.repeat(bytes / line.len())
    );
    let raw = BASE64URL.encode(mail.as_bytes());
    let path = "/gmail/v1/users/me/messages";
    let made = house
        .post(path, desk.key("inbox"), json!({"raw": raw}))
        .await;
    made.expect(200)["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_mail_comes_back_as_it_went_in_and_its_log_is_proved() {
    let house = House::start().await;
    let desk = house.open(43, json!({})).await;
    let id = put_mail(&house, &desk, 2 << 20).await;
    let path = format!("/gmail/v1/users/me/messages/{id}?format=raw");
    let before = house.get(&path, desk.key("inbox")).await.expect(200);
    assert!(before["raw"].as_str().unwrap().len() > 2 << 20);
    let (_, workspace) = house.office().named(desk.name()).unwrap();
    assert!(workspace.doze(0), "nobody is in it");
    let after = house.get(&path, desk.key("inbox")).await.expect(200);
    assert_eq!(before["raw"], after["raw"]);
    let log = house.office().log().clone();
    assert!(matches!(
        verify(&*log, workspace.id).unwrap(),
        Verified::Whole { .. }
    ));
    house.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fork_shares_the_mail_it_does_not_change_and_goes_on_by_itself() {
    let house = House::start().await;
    let desk = house.open(44, json!({})).await;
    let id = put_mail(&house, &desk, 1 << 20).await;
    let made = house
        .post(&desk.path("/fork"), desk.token("candidate"), json!({}))
        .await;
    let fork = Desk {
        opened: made.expect(201),
    };
    let row = async |name: &str| {
        let (_, workspace) = house.office().named(name).unwrap();
        let found = workspace
            .look(house.office(), |desk| {
                let (messages, contacts) = (&desk.world.inbox.messages, &desk.world.crm.contacts);
                (
                    messages.get(&id).unwrap().clone(),
                    contacts.rows().next().unwrap().clone(),
                )
            })
            .await;
        found.unwrap()
    };
    let (ours, theirs) = (row(desk.name()).await, row(fork.name()).await);
    assert!(Arc::ptr_eq(&ours.0, &theirs.0) && Arc::ptr_eq(&ours.1, &theirs.1));
    let modify = format!("/gmail/v1/users/me/messages/{id}/modify");
    house
        .post(
            &modify,
            fork.key("inbox"),
            json!({"addLabelIds": ["STARRED"]}),
        )
        .await
        .expect(200);
    let (ours, theirs) = (row(desk.name()).await, row(fork.name()).await);
    assert!(!ours.0.has("STARRED") && theirs.0.has("STARRED"));
    for name in [desk.name(), fork.name()] {
        let (_, workspace) = house.office().named(name).unwrap();
        let proof = verify(&**house.office().log(), workspace.id).unwrap();
        assert!(matches!(proof, Verified::Whole { .. }), "{proof:?}");
    }
    house.stop().await;
}

async fn limited(limits: Limits) -> Arc<Office> {
    let config = muddle_office::Config {
        limits,
        ..small::config(WriterLimits::default())
    };
    Office::start(Arc::new(Memory::new()), config)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forks_of_one_workspace_and_of_its_forks_have_a_named_limit() {
    let office = limited(Limits {
        forks_max: 2,
        ..Limits::default()
    })
    .await;
    let (first, other) = (
        small::open(&office, 1, Mode::Real, "one").await,
        small::open(&office, 2, Mode::Real, "two").await,
    );
    let name = |id: WorkspaceId| format!("small-{}", id.0);
    let fork = open::fork(&office, &name(first.id), None).await.unwrap();
    open::fork(&office, &fork.row.name, None).await.unwrap();
    for name in [name(first.id), fork.row.name] {
        let Err(OfficeError::Limit(said)) = open::fork(&office, &name, None).await else {
            panic!("a third fork was made");
        };
        assert!(
            said.contains("2 forks") && said.contains("forks_max"),
            "{said}"
        );
    }
    open::fork(&office, &name(other.id), None).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beyond_the_limit_the_least_recently_used_workspace_sleeps_and_wakes_when_called() {
    let byte_limit = Limits {
        awake_bytes_max: 1 << 20,
        ..Limits::default()
    };
    let count_limit = Limits {
        awake_max: 2,
        ..Limits::default()
    };
    for (limits, most) in [(count_limit, 2), (byte_limit, 2)] {
        let office = limited(limits).await;
        let mut workspaces = Vec::new();
        for n in 0..5 {
            let workspace = small::open(&office, n, Mode::Real, &format!("t{n}")).await;
            small::call(&office, &workspace, small::read_charge(1))
                .await
                .unwrap();
            workspaces.push(workspace);
            let awake = workspaces.iter().filter(|workspace| workspace.resident());
            assert!(awake.count() <= most);
        }
        assert!(workspaces[4].resident() && !workspaces[0].resident());
        small::call(&office, &workspaces[0], small::read_charge(1))
            .await
            .unwrap();
        let entries = small::stored(&**office.log(), workspaces[0].id).len();
        assert_eq!((workspaces[0].resident(), entries), (true, 3));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_workspace_with_a_waiting_call_is_never_put_to_sleep_for_others() {
    let office = limited(Limits {
        awake_max: 1,
        ..Limits::default()
    })
    .await;
    let waiting = small::open(&office, 1, Mode::Real, "waits").await;
    let hang = Kind::Hang { for_ms: None };
    small::arm(&office, &waiting, hang, Position::Before, Select::First(1)).await;
    let heard = small::call(&office, &waiting, small::refund(1, 7, "a"))
        .await
        .unwrap();
    for n in 2..5 {
        let other = small::open(&office, n, Mode::Real, &format!("o{n}")).await;
        small::call(&office, &other, small::read_charge(1))
            .await
            .unwrap();
        assert!(waiting.resident());
    }
    waiting.resume(&office, heard.told.seq).await.unwrap();
    heard.later.unwrap().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fork_of_a_long_log_is_copied_in_pieces_and_proved() {
    let office = small::start(Arc::new(Memory::new())).await;
    let workspace = small::open(&office, 9, Mode::Real, small::TAG).await;
    for n in 0..1_100 {
        small::call(&office, &workspace, small::read_charge(n % 100))
            .await
            .unwrap();
    }
    let name = format!("small-{}", workspace.id.0);
    let fork = open::fork(&office, &name, None).await.unwrap();
    let log: &dyn Log = &**office.log();
    let (from, to) = (
        small::stored(log, workspace.id),
        small::stored(log, WorkspaceId(fork.row.id)),
    );
    assert_eq!(from[..], to[..from.len()]);
    let proof = verify(log, WorkspaceId(fork.row.id)).unwrap();
    assert_eq!(
        proof,
        Verified::Whole {
            entries: to.len() as u64
        }
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_user_agent_does_not_make_a_decision_differ() {
    let house = House::start().await;
    let desk = house.open(45, json!({})).await;
    let agent = "a".repeat(6_000);
    let answer = reqwest::Client::builder()
        .no_proxy()
        .user_agent(agent)
        .build()
        .unwrap()
        .request(Method::GET, format!("{}/v1/charges", house.url()))
        .bearer_auth(desk.key("billing"))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let (_, workspace) = house.office().named(desk.name()).unwrap();
    let proof = verify(&**house.office().log(), workspace.id).unwrap();
    assert!(matches!(proof, Verified::Whole { .. }), "{proof:?}");
    house.stop().await;
}
