//! What an evaluation costs: a fresh instance, its init and one call.

use std::time::{Duration, Instant};

use crate::{
    host::{Exchanges, Host},
    protocol::{Bench, Measured},
};

/// Checking for the deadline costs the same whatever it is; on a busy machine a short one would end the measurement.
const DEADLINE_SECONDS: u64 = 60;

/// The median over rounds of the mean time of one run. Every round gives each module a turn, so that whatever slows the
/// machine down for a while slows down all of them.
pub fn measure(host: &mut Host, bench: &Bench) -> Result<Vec<Measured>, String> {
    let turn = Duration::from_millis(bench.turn_milliseconds);
    let mut rounds = vec![Vec::with_capacity(bench.rounds); bench.modules.len()];
    let mut runs = vec![0; bench.modules.len()];
    for round in 0..=bench.rounds {
        for (index, module) in bench.modules.iter().enumerate() {
            let policy = host.module(module)?;
            let started = Instant::now();
            let mut count = 0;
            while count == 0 || started.elapsed() < turn {
                policy
                    .run(
                        "validate",
                        &bench.payload,
                        DEADLINE_SECONDS,
                        Exchanges::default(),
                    )
                    .map_err(|error| format!("{module}: {error}"))?;
                count += 1;
            }
            // The first round warms up.
            if round > 0 {
                rounds[index].push(started.elapsed().as_nanos() as u64 / count as u64);
                runs[index] += count;
            }
        }
    }
    let median = |times: &mut Vec<u64>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let measured = rounds.iter_mut().zip(runs).map(|(times, runs)| Measured {
        median_nanoseconds: median(times),
        runs,
    });
    Ok(measured.collect())
}
