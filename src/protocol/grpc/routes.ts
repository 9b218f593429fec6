import type { GrpcMethod, GrpcService } from './method.ts';

/**
 * The methods of all services by path, `/package.Service/Method`. Methods that a service declares
 * but does not have are missing here too, and so answered UNIMPLEMENTED.
 * @throws Error for a method that its service's descriptor does not declare, or declares of the
 * other kind: a defect of this program.
 */
export function routesOf(services: readonly GrpcService[]): ReadonlyMap<string, GrpcMethod> {
  const routes = new Map<string, GrpcMethod>();
  for (const { descriptor, methods } of services) {
    for (const [name, method] of Object.entries(methods)) {
      const declared = descriptor.methods.find((candidate) => candidate.name === name);
      if (declared === undefined) {
        throw new Error(`${descriptor.typeName} declares no method ${name}`);
      }
      if ((declared.methodKind === 'unary') !== (method.kind === 'unary')) {
        throw new Error(`${descriptor.typeName}.${name} is ${declared.methodKind}`);
      }
      routes.set(`/${descriptor.typeName}/${name}`, method);
    }
  }
  return routes;
}
