//! The program from outside: processes, sockets, files, and small sites that it polls.

mod abuse;
mod articles;
mod bench;
mod crash;
mod daemon;
mod fetching;
mod floods;
mod merging;
mod papers;
mod privacy;
mod refusals;
mod rules;
mod serving;
mod tools;
mod web;
