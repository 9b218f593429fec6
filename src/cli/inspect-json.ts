import type { TensorSpec } from '../engines/index.ts';
import type { SavedModelInspection } from '../saved-model/index.ts';
import { dtypeInfo } from '../tensor/index.ts';

/**
 * SavedModels for programs to read: `{"saved_models": […]}`, names in snake_case. A version is a
 * string, since it may be any int64; in shapes −1 is any size, and a shape of null any rank.
 */
export function inspectionJson(models: readonly SavedModelInspection[]): string {
  const document = {
    saved_models: models.map((model) => ({
      path: model.path,
      version: model.version === null ? null : String(model.version),
      format: model.format,
      size_bytes: model.sizeBytes,
      meta_graphs: model.metaGraphs.map((graph) => ({
        tags: graph.tags,
        tensorflow_version: graph.tensorflowVersion,
        signatures: Object.fromEntries(
          graph.signatures.map((signature) => [
            signature.key,
            {
              method_name: signature.methodName,
              inputs: tensors(signature.inputs),
              outputs: tensors(signature.outputs),
              defaults: [...signature.defaults.keys()].sort(),
            },
          ]),
        ),
        assets: graph.assets,
        ops: [...graph.ops].sort(),
      })),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function tensors(specs: readonly TensorSpec[]) {
  return Object.fromEntries(
    specs.map((spec) => [
      spec.alias,
      { name: spec.name, dtype: dtypeInfo(spec.dtype).protoName, shape: spec.shape },
    ]),
  );
}
