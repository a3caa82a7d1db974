//! The program from outside: processes, sockets, files, and small sites that it polls.

mod abuse;
mod access;
mod articles;
mod bench;
mod crash;
mod daemon;
mod editing;
mod fetching;
mod floods;
mod hosts;
mod hub;
mod merging;
mod newspaper;
mod papers;
mod privacy;
mod proxy;
mod refusals;
mod reloading;
mod rules;
mod service;
mod serving;
mod status;
mod tools;
mod ways;
mod web;
mod websub;
