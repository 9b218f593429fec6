/** The text of `serval help`. The flags of the server are many: `--help` prints them. */
export function helpText(program: string): string {
  return `Serval serves TensorFlow models over gRPC and REST, as TensorFlow Serving does.

  ${program} [serve] --model_name=<name> --model_base_path=<folder> --rest_api_port=8501
      Serves one model: the folder holds a subfolder for each version (<folder>/1/saved_model.pb).
  ${program} [serve] --model_config_file=<file>
      Serves the models of a text ModelServerConfig.
  ${program} --help
      Lists all flags of the server. They are those of TensorFlow Serving, written --name=value.
      Each may be an environment variable too: SERVAL_REST_API_PORT=8501.
  ${program} [serve] --print_config [flags]
      Prints the effective configuration, with the source of each value.
  ${program} --version
      Prints the versions of Serval and of TensorFlow.

  ${program} inspect <folder> [--json] [--tags=<tags>] [--signature=<key>]
      Shows what a SavedModel holds: signatures, ops, assets, size.
  ${program} inspect <folder> --run='{"instances": [1.0, 2.0]}' [--signature=<key>]
      Runs it once, on the body of a REST request. --tensorflow_library_path, --op_library and
      --install_engine are those of the server.

  ${program} bench --grpc=<host>:<port> --model=<name> [options]
  ${program} bench --rest=<host>:<port> --model=<name> [options]
      Loads a running server and shows its throughput and latencies. bench --help lists the options.

  ${program} tune --model_name=<name> --model_base_path=<folder> [options]
      Looks for the best batching parameters of a model. tune --help lists the options.

  ${program} engine install [tensorflow]
      Downloads the TensorFlow libraries. The first start does so too if there are none.
  ${program} engine install tensorflow-text
      Downloads the ops of TensorFlow Text, which each start loads from then on.
  ${program} engine list
      Shows which libraries there are and which would be used.
  ${program} engine remove [tensorflow|tensorflow-text]
      Removes the downloaded ones.
`;
}
