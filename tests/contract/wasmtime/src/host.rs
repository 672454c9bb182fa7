//! The engine as policy-server sets it up: epoch interruption, one compilation a module, one instance a call.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    fs,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use wapc::WapcHost;
use wasmtime_provider::{
    EpochDeadlines, WasmtimeEngineProviderBuilder, WasmtimeEngineProviderPre,
    wasmtime::{Config, Engine, Module},
};

use crate::{
    admission,
    protocol::{Call, CallOutcome, Called, Exchange, Outcome},
};

type HostResult = Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>>;

const TICK: Duration = Duration::from_secs(1);

pub struct Host {
    engine: Engine,
    modules: HashMap<String, Policy>,
}

impl Host {
    pub fn new() -> Self {
        let mut config = Config::default();
        config.wasm_function_references(true);
        config.epoch_interruption(true);
        let engine = Engine::new(&config)
            .expect("wasmtime's defaults with epochs are a valid configuration");
        let ticking = engine.clone();
        thread::spawn(move || {
            loop {
                thread::sleep(TICK);
                ticking.increment_epoch();
            }
        });
        Host {
            engine,
            modules: HashMap::new(),
        }
    }

    /// The module in a file, compiled when it is asked for the first time.
    pub fn module(&mut self, path: &str) -> Result<&Policy, String> {
        match self.modules.entry(path.to_owned()) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => Ok(entry.insert(Policy::load(&self.engine, path)?)),
        }
    }
}

pub struct Policy {
    pre: WasmtimeEngineProviderPre,
}

impl Policy {
    fn load(engine: &Engine, path: &str) -> Result<Self, String> {
        let bytes = fs::read(path).map_err(|error| format!("{path}: {error}"))?;
        let module = Module::new(engine, bytes).map_err(|error| format!("{path}: {error:?}"))?;
        let builder = WasmtimeEngineProviderBuilder::new()
            .engine(engine.clone())
            .module(module);
        let pre = builder
            .build_pre()
            .map_err(|error| format!("{path}: {error}"))?;
        Ok(Policy { pre })
    }

    /// One operation in a fresh instance. No deadline is set before the instance exists, so a start section traps;
    /// `_start` and `wapc_init` have one each, and so has the call.
    pub fn run(
        &self,
        operation: &str,
        payload: &[u8],
        deadline: u64,
        exchanges: Exchanges,
    ) -> Result<Vec<u8>, String> {
        let deadlines = EpochDeadlines {
            wapc_init: deadline,
            wapc_func: deadline,
        };
        let provider = self
            .pre
            .rehydrate(Some(deadlines))
            .map_err(|error| error.to_string())?;
        let callback =
            move |_id: u64, binding: &str, namespace: &str, operation: &str, payload: &[u8]| {
                exchanges.answer(binding, namespace, operation, payload)
            };
        let host = WapcHost::new(Box::new(provider), Some(Box::new(callback)))
            .map_err(|error| error.to_string())?;
        host.call(operation, payload)
            .map_err(|error| error.to_string())
    }

    pub fn answer(&self, call: &Call) -> Called {
        let Call {
            operation,
            payload,
            deadline_seconds,
            ..
        } = call;
        let exchanges = Exchanges::new(&call.exchanges);
        let (outcome, admission) =
            match self.run(operation, payload, *deadline_seconds, exchanges.clone()) {
                Ok(answer) => {
                    let admission =
                        (operation == "validate").then(|| admission::decide(payload, &answer));
                    (CallOutcome::Answer(answer), admission)
                }
                Err(failure) => (CallOutcome::Failure(failure), None),
            };
        Called {
            outcome,
            unused_exchanges: exchanges.left(),
            admission,
        }
    }
}

/// Host calls that were recorded elsewhere, to be answered in the same order.
#[derive(Clone, Default)]
pub struct Exchanges(Arc<Mutex<VecDeque<Exchange>>>);

impl Exchanges {
    fn new(recorded: &[Exchange]) -> Self {
        Exchanges(Arc::new(Mutex::new(recorded.iter().cloned().collect())))
    }

    fn left(&self) -> usize {
        self.0.lock().expect("no holder of the lock panics").len()
    }

    fn answer(
        &self,
        binding: &str,
        namespace: &str,
        operation: &str,
        payload: &[u8],
    ) -> HostResult {
        if binding != "kubewarden" {
            return Err(format!("unknown binding: {binding}").into());
        }
        if namespace == "tracing" {
            return Ok(Vec::new());
        }
        let next = self
            .0
            .lock()
            .expect("no holder of the lock panics")
            .pop_front();
        let asked = format!(
            "{namespace}/{operation} {}",
            String::from_utf8_lossy(payload)
        );
        let Some(expected) = next else {
            return Err(format!("not recorded: {asked}").into());
        };
        if (
            &*expected.namespace,
            &*expected.operation,
            &*expected.payload,
        ) != (namespace, operation, payload)
        {
            return Err(format!("recorded otherwise: {asked}").into());
        }
        match expected.outcome {
            Outcome::Answer(answer) => Ok(answer),
            Outcome::Error(message) => Err(message.into()),
        }
    }
}
