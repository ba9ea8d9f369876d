//! `mock`: the mock anchor alone, on the raw front.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use super::certificate::ServerCertificate;
use super::desk::DeskOptions;
use super::server::Entrance;
use super::{EXIT_OK, Usage, secret, server, store, tell};
use crate::mock::{Config, Fault, Trouble, Variant};

#[derive(clap::Args)]
pub(super) struct Arguments {
    /// Where to listen; port 0 takes any free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    #[command(flatten)]
    certificate: ServerCertificate,
    /// Show a deviation on purpose (repeatable; `list faults` names them)
    #[arg(long, value_name = "NAME")]
    fault: Vec<Fault>,
    /// Differ from the default in a legal way (repeatable; `list variants` names them)
    #[arg(long, value_name = "NAME")]
    variant: Vec<Variant>,
    /// Be in trouble: NAME[=VALUE][,on=ENDPOINT][,next=N][,chance=P%] (repeatable; `list troubles` names them, `explain
    /// latency` and its like say more). As status=503,retry-after=10,on=put-customer,next=3
    #[arg(long, value_name = "TROUBLE")]
    trouble: Vec<Trouble>,
    /// Make ids and troubles repeatable: the same seed and the same order of requests give the same ones. Without it a
    /// seed for troubles is made up, and told on stderr
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// The X-Api-Key that every request must have: env:NAME or file:PATH
    #[arg(long, value_name = "VALUE")]
    api_key: Option<String>,
    /// Where customers and files are kept: memory, sqlite:FILE or postgres://USER:PASSWORD@HOST/NAME, or env:NAME or
    /// file:PATH where such a text stands. All that is sent is kept there as it is: send synthetic data only
    #[arg(long, value_name = "STORE", default_value = "memory")]
    store: String,
    #[command(flatten)]
    desk: DeskOptions,
    /// Take options from a YAML file
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

impl Arguments {
    pub(super) fn run(self) -> Result<u8, Usage> {
        let key = |value: &String| secret::read(value).map_err(|usage| Usage::new(format!("--api-key: {usage}")));
        let config = Config {
            api_key: self.api_key.as_ref().map(key).transpose()?,
            faults: self.fault.into_iter().collect(),
            variants: self.variant.into_iter().collect(),
            troubles: self.trouble,
            seed: self.seed,
            desk: self.desk.desk()?,
            ..Config::default()
        };
        let anchor = Arc::new(store::anchor(config, &self.store)?);
        if anchor.config().troubles.iter().any(Trouble::is_random) {
            tell(&format!("troubles by chance: seed {0} (again with --seed {0})", anchor.trouble_seed()));
        }
        let entrance = Entrance { address: self.listen, certificate: self.certificate, is_behind_https: false };
        server::runtime()?.block_on(async {
            let stop = server::stop_signal();
            let listener = server::bind(entrance).await?.announced();
            crate::mock::run(listener, anchor, stop).await;
            Ok(EXIT_OK)
        })
    }
}
