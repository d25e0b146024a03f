//! A process that is killed while it appends leaves every acknowledged entry behind, and no gap.
//!
//! The test runs itself again as the process to be killed, told by an environment variable where to write.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use muddle_log::conformance::entries;
use muddle_log::{Append, Head, Log, Sqlite, WorkspaceId, Writer, WriterLimits};

const DIRECTORY: &str = "MUDDLE_TEST_KILLED_DIR";
const ROUNDS: usize = 5;
const WORKSPACES: u64 = 4;

#[test]
fn acknowledged_entries_survive_a_kill() {
    if let Some(dir) = std::env::var_os(DIRECTORY) {
        append_for_ever(Path::new(&dir));
    }
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = vec![0_u64; WORKSPACES as usize];
    for round in 1..=ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "acknowledged_entries_survive_a_kill",
                "--exact",
                "--nocapture",
            ])
            .env(DIRECTORY, dir.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut seen = 0;
        while seen < 40 * round {
            let line = lines
                .next()
                .expect("the child writes until it is killed")
                .unwrap();
            seen += usize::from(note(&line, &mut acknowledged));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What the child said before it died counts, too.
        lines.map_while(Result::ok).for_each(|line| {
            note(&line, &mut acknowledged);
        });
        check(dir.path(), &acknowledged);
    }
}

/// Notes a line "ack WORKSPACE SEQ"; the test harness of the child writes others.
fn note(line: &str, acknowledged: &mut [u64]) -> bool {
    let mut words = line
        .split(' ')
        .skip_while(|word| *word != "ack")
        .skip(1)
        .map(str::parse::<u64>);
    let (Some(Ok(workspace)), Some(Ok(seq))) = (words.next(), words.next()) else {
        return false;
    };
    acknowledged[workspace as usize] = acknowledged[workspace as usize].max(seq);
    true
}

fn check(dir: &Path, acknowledged: &[u64]) {
    let log = Sqlite::open(dir).expect("the store works until the kill");
    for (workspace, &seq) in (0..).map(WorkspaceId).zip(acknowledged) {
        let stored = log
            .read(workspace, 1, usize::MAX)
            .expect("the store works until the kill");
        assert!(
            stored.len() as u64 >= seq,
            "workspace {workspace} lost entries: {} of {seq}",
            stored.len()
        );
        let expected = entries(Head::EMPTY, stored.len() as u64, 1).entries;
        assert_eq!(stored, expected, "the entries are whole and without a gap");
        assert_eq!(
            log.head(workspace).expect("the store works until the kill"),
            expected.last().map_or(Head::EMPTY, |last| last.head())
        );
    }
}

#[tokio::main]
async fn append_for_ever(dir: &Path) -> ! {
    let log: Arc<dyn Log> = Arc::new(Sqlite::open(dir).expect("the store works until the kill"));
    let writer = Writer::start(Arc::clone(&log), WriterLimits::default());
    for number in 0..WORKSPACES {
        let (writer, workspace) = (writer.clone(), WorkspaceId(number));
        let mut head = log.head(workspace).expect("the store works until the kill");
        tokio::spawn(async move {
            loop {
                let append = Append {
                    workspace,
                    ..entries(head, 1, 1)
                };
                head = append.head_after();
                assert!(
                    writer
                        .permit()
                        .await
                        .expect("the store works until the kill")
                        .submit(append)
                        .await
                        .is_committed()
                );
                let mut out = std::io::stdout().lock();
                writeln!(out, "ack {number} {}", head.seq)
                    .and_then(|()| out.flush())
                    .expect("the store works until the kill");
            }
        });
    }
    std::future::pending().await
}
