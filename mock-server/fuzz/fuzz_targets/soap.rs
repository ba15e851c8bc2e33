#![no_main]

#[path = "../targets/mod.rs"]
#[expect(dead_code, reason = "each program runs one target")]
mod targets;

libfuzzer_sys::fuzz_target!(|input: &[u8]| targets::soap(input));
