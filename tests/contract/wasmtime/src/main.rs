//! A waPC host that evaluates policies as Kubewarden's policy-server does. One JSON request a line on standard input,
//! one JSON answer a line on standard output, until the input ends.

mod admission;
mod bench;
mod host;
mod protocol;

use std::io::{self, BufRead, Write};

use host::Host;
use protocol::{Answer, Request};

fn main() -> io::Result<()> {
    let mut host = Host::new();
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let answer =
            answer(&mut host, &line?).unwrap_or_else(|failure| Answer::Refused { failure });
        serde_json::to_writer(&mut output, &answer)?;
        output.write_all(b"\n")?;
        output.flush()?;
    }
    Ok(())
}

fn answer(host: &mut Host, line: &str) -> Result<Answer, String> {
    match serde_json::from_str(line)
        .map_err(|error| format!("the request is not understood: {error}"))?
    {
        Request::Call(call) => Ok(Answer::Called(Box::new(
            host.module(&call.module)?.answer(&call),
        ))),
        Request::Bench(bench) => Ok(Answer::Measured(bench::measure(host, &bench)?)),
    }
}
