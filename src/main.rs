//! The `offprint` program: hands over to the library and turns its answer into an exit status.

fn main() -> std::process::ExitCode {
    offprint::cli::main()
}
