//! The program as a child process: a server over a directory, and commands that talk to it.
//!
//! Used by the tests of the command line. The binary is the one that cargo built for them.

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

pub fn binary() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_muddle"))
}

pub fn command(data: &Path) -> Command {
    let mut command = Command::new(binary());
    command
        .env_remove("MUDDLE_URL")
        .env_remove("MUDDLE_ADMIN_TOKEN")
        .env_remove("MUDDLE_DATA")
        .arg("--data")
        .arg(data);
    command
}

pub fn run(data: &Path, args: &[&str]) -> Output {
    command(data).args(args).output().unwrap()
}

pub fn good(data: &Path, args: &[&str]) -> String {
    let output = run(data, args);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{args:?} exited with {:?}: {said}",
        output.status.code()
    );
    String::from_utf8(output.stdout).unwrap()
}

pub fn refused(data: &Path, args: &[&str]) -> (i32, String) {
    let output = run(data, args);
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), said)
}

/// A server that is stopped with SIGTERM when it is dropped.
pub struct Server {
    pub child: Child,
    /// Where it listens.
    pub url: String,
}

impl Server {
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    /// A server with more arguments.
    pub fn start_with(data: &Path, more: &[&str]) -> Self {
        let mut child = command(data)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let Some(url) = line.trim().strip_prefix("listening on ") else {
            let mut said = String::new();
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut said)
                .unwrap();
            panic!("the server did not start: {line}{said}");
        };
        let url = url.to_owned();
        Self { child, url }
    }

    pub fn stop(mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(told.success());
        self.child.wait().unwrap().code()
    }
}

pub fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}
