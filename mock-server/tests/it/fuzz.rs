//! The fuzz targets on the stable toolchain: their corpus replayed, and inputs made from it, the same in every run.

use std::path::PathBuf;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};

#[path = "../../fuzz/targets/mod.rs"]
mod targets;

use targets::{ALL, Target};

/// Inputs made for each target.
const MADE: usize = 10_000;

/// Changes one after the other before an input is tried.
const CHANGES: u32 = 4;

fn check_target(name: &str) {
    let target = ALL.iter().find(|target| target.name == name).unwrap();
    let corpus = corpus(name);
    for input in &corpus {
        (target.check)(input);
    }
    let mut chance = Chance(ChaCha8Rng::seed_from_u64(0x5f0c));
    for _ in 0..MADE {
        let input = chance.input(target, &corpus);
        (target.check)(&input);
    }
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "no corpus for {name}");
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

struct Chance(ChaCha8Rng);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.0.next_u32()).unwrap() % limit.max(1)
    }

    fn one<'t, T>(&mut self, of: &'t [T]) -> &'t T {
        &of[self.below(of.len())]
    }

    /// An input of the corpus, changed a few times.
    fn input(&mut self, target: &Target, corpus: &[Vec<u8>]) -> Vec<u8> {
        let mut input = self.one(corpus).clone();
        for _ in 0..=self.0.next_u32() % CHANGES {
            let at = self.below(input.len() + 1);
            let end = at + self.below((input.len() - at).min(24) + 1);
            match self.below(6) {
                0 => drop(input.splice(at..at, self.one(target.words).bytes())),
                1 => drop(input.splice(at..end, self.one(target.words).bytes())),
                2 => drop(input.drain(at..end)),
                3 => {
                    let piece = input[at..end].to_vec();
                    input.splice(at..at, piece);
                }
                4 => {
                    let other = self.one(corpus);
                    let from = self.below(other.len());
                    input.truncate(at);
                    input.extend_from_slice(&other[from..]);
                }
                _ => {
                    if let Some(byte) = input.get_mut(at) {
                        *byte = u8::try_from(32 + self.0.next_u32() % 95).unwrap();
                    }
                }
            }
        }
        input
    }
}

#[test]
fn any_soql_is_answered_or_refused() {
    check_target("soql");
}

#[test]
fn any_sosl_is_answered_or_refused() {
    check_target("sosl");
}

#[test]
fn any_csv_is_ingested_or_refused() {
    check_target("csv");
}

#[test]
fn any_soap_message_is_answered_or_a_fault() {
    check_target("soap");
}

#[test]
fn any_id_is_found_or_refused() {
    check_target("id");
}
