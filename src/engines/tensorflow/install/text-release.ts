import type { NativePackage } from './release.ts';

/** Its wheel requires TensorFlow 2.21; each library needs nothing but `libtensorflow_framework`. */
const version = '2.21.1';

/** Its op libraries: one for each kind of op, by folder in the package. */
const libraries: Readonly<Record<string, readonly string[]>> = {
  metrics: ['_text_similarity_metric_ops'],
  ops: [
    ...['_boise_offset_converter', '_byte_splitter', '_constrained_sequence_op'],
    ...['_fast_bert_normalizer', '_fast_sentencepiece_tokenizer', '_fast_wordpiece_tokenizer'],
    ...['_mst_ops', '_ngrams_op', '_normalize_ops', '_phrase_tokenizer', '_regex_split_ops'],
    ...['_sentence_breaking_ops', '_sentencepiece_tokenizer', '_split_merge_from_logits_tokenizer'],
    ...['_split_merge_tokenizer', '_state_based_sentence_breaker_op', '_trimmer_ops'],
    ...['_unicode_script_tokenizer', '_utf8_binarize_op', '_whitespace_tokenizer'],
    ...['_whitespace_tokenizer_v2', '_wordpiece_tokenizer'],
  ],
};

function extension(platform: string): string {
  return platform.startsWith('darwin-') ? '.dylib' : '.so';
}

/** The op libraries of TensorFlow Text, whose ops TensorFlow Serving links in. */
export const tensorFlowTextPackage: NativePackage = {
  name: 'tensorflow-text',
  title: 'TensorFlow Text',
  version,
  wheels: {
    'linux-x64': {
      distribution: 'tensorflow-text',
      version,
      platformTag: 'manylinux_2_27_x86_64',
      sha256: '1c8f089dfc8b274abb7f2964ae4d5d16d9961be7d254f4c096694724999114b3',
      bytes: 60_004_780,
      unpackedBytes: 181_605_072,
    },
    'linux-arm64': {
      distribution: 'tensorflow-text',
      version,
      platformTag: 'manylinux_2_27_aarch64',
      sha256: 'ddfeb7c308810a5902f9544d2ee5df6ec42658496ee5b88ec1d75241bcc3d686',
      bytes: 63_086_332,
      unpackedBytes: 199_838_416,
    },
    'darwin-arm64': {
      distribution: 'tensorflow-text',
      version,
      platformTag: 'macosx_11_0_arm64',
      sha256: '14c85e100d0758cf7b81c8e3379b6142f2b352cf03f4ebebc7cb79541d779be9',
      bytes: 43_873_266,
      unpackedBytes: 137_167_080,
    },
  },
  files(platform) {
    const files = new Map([[`tensorflow_text-${version}.dist-info/licenses/LICENSE`, 'LICENSE']]);
    for (const [folder, names] of Object.entries(libraries)) {
      for (const name of names) {
        const file = `${name}${extension(platform)}`;
        files.set(`tensorflow_text/python/${folder}/${file}`, file);
      }
    }
    return files;
  },
  libraries(platform) {
    return Object.values(libraries)
      .flat()
      .map((name) => `${name}${extension(platform)}`);
  },
  byHand: 'or unpack the libraries of its wheel and name them by --op_library',
  ownBuild: 'Build them, and name them by --op_library',
};
