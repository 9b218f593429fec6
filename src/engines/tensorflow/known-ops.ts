/**
 * Where ops come from that TensorFlow itself does not have: for the errors of models that need them.
 * The packages whose ops share a prefix, read from their wheels; and the ops of TensorFlow Text that
 * have none, which are compared with its libraries in a test.
 */
const packagesByPrefix: readonly (readonly [prefix: string, name: string])[] = [
  ['TFText>', 'tensorflow-text'],
  ['SimpleML', 'tensorflow-decision-forests'],
  ['Addons>', 'tensorflow-addons'],
  ['IO>', 'tensorflow-io'],
  ['TFRA>', 'tensorflow-recommenders-addons'],
  ['Tfq', 'tensorflow-quantum'],
  ['Horovod', 'horovod'],
];

const textOps: ReadonlySet<string> = new Set([
  ...['CaseFoldUTF8', 'ConstrainedSequence', 'FastBertNormalize', 'FindSourceOffsets'],
  ...['FastWordpieceTokenizeWithOffsets', 'MaxSpanningTree', 'NormalizeUTF8', 'RougeL'],
  ...['NormalizeUTF8WithOffsetsMap', 'PhraseTokenize', 'RegexSplitWithOffsets'],
  ...['SentenceFragments', 'SentenceFragmentsV2', 'SentencepieceDetokenizeOp'],
  ...['SentencepieceIdToStringOp', 'SentencepieceOp', 'SentencepieceStringToIdOp'],
  ...['SentencepieceTokenizeOp', 'SentencepieceTokenizeWithOffsetsOp', 'TokenizerFromLogits'],
  ...['SentencepieceVocabSizeOp', 'SplitMergeTokenizeWithOffsets'],
  ...['UnicodeScriptTokenizeWithOffsets', 'WhitespaceTokenizeWithOffsets'],
  ...['WordpieceTokenizeWithOffsets'],
]);

/** The Python package that is known to have an op of this name; null for all others. */
export function packageOfOp(op: string): string | null {
  if (textOps.has(op)) return 'tensorflow-text';
  return packagesByPrefix.find(([prefix]) => op.startsWith(prefix))?.[1] ?? null;
}
