// @generated from proto/: what the descriptors hold, under the types of the *_pb.ts files.
import { enumSchema, enumValues, message, service } from '../registry.ts';

import type * as f0 from './grpc/health/v1/health_pb.ts';
export type HealthCheckRequest = f0.HealthCheckRequest;
export const HealthCheckRequestSchema = message<f0.HealthCheckRequest>('grpc.health.v1.HealthCheckRequest');
export type HealthCheckResponse = f0.HealthCheckResponse;
export const HealthCheckResponseSchema = message<f0.HealthCheckResponse>('grpc.health.v1.HealthCheckResponse');
export type HealthListRequest = f0.HealthListRequest;
export const HealthListRequestSchema = message<f0.HealthListRequest>('grpc.health.v1.HealthListRequest');
export type HealthListResponse = f0.HealthListResponse;
export const HealthListResponseSchema = message<f0.HealthListResponse>('grpc.health.v1.HealthListResponse');
export type HealthCheckResponse_ServingStatus = f0.HealthCheckResponse_ServingStatus;
export const HealthCheckResponse_ServingStatus = enumValues<typeof f0.HealthCheckResponse_ServingStatus>('grpc.health.v1.HealthCheckResponse.ServingStatus');
export const HealthCheckResponse_ServingStatusSchema = enumSchema<f0.HealthCheckResponse_ServingStatus>('grpc.health.v1.HealthCheckResponse.ServingStatus');
export const Health = service<typeof f0.Health>('grpc.health.v1.Health');

import type * as f1 from './grpc/reflection/v1/reflection_pb.ts';
export type ServerReflectionRequest = f1.ServerReflectionRequest;
export const ServerReflectionRequestSchema = message<f1.ServerReflectionRequest>('grpc.reflection.v1.ServerReflectionRequest');
export type ExtensionRequest = f1.ExtensionRequest;
export const ExtensionRequestSchema = message<f1.ExtensionRequest>('grpc.reflection.v1.ExtensionRequest');
export type ServerReflectionResponse = f1.ServerReflectionResponse;
export const ServerReflectionResponseSchema = message<f1.ServerReflectionResponse>('grpc.reflection.v1.ServerReflectionResponse');
export type FileDescriptorResponse = f1.FileDescriptorResponse;
export const FileDescriptorResponseSchema = message<f1.FileDescriptorResponse>('grpc.reflection.v1.FileDescriptorResponse');
export type ExtensionNumberResponse = f1.ExtensionNumberResponse;
export const ExtensionNumberResponseSchema = message<f1.ExtensionNumberResponse>('grpc.reflection.v1.ExtensionNumberResponse');
export type ListServiceResponse = f1.ListServiceResponse;
export const ListServiceResponseSchema = message<f1.ListServiceResponse>('grpc.reflection.v1.ListServiceResponse');
export type ServiceResponse = f1.ServiceResponse;
export const ServiceResponseSchema = message<f1.ServiceResponse>('grpc.reflection.v1.ServiceResponse');
export type ErrorResponse = f1.ErrorResponse;
export const ErrorResponseSchema = message<f1.ErrorResponse>('grpc.reflection.v1.ErrorResponse');
export const ServerReflection = service<typeof f1.ServerReflection>('grpc.reflection.v1.ServerReflection');

import type * as f2 from './grpc/reflection/v1alpha/reflection_pb.ts';
export type ServerReflectionRequestV1Alpha = f2.ServerReflectionRequest;
export const ServerReflectionRequestV1AlphaSchema = message<f2.ServerReflectionRequest>('grpc.reflection.v1alpha.ServerReflectionRequest');
export type ExtensionRequestV1Alpha = f2.ExtensionRequest;
export const ExtensionRequestV1AlphaSchema = message<f2.ExtensionRequest>('grpc.reflection.v1alpha.ExtensionRequest');
export type ServerReflectionResponseV1Alpha = f2.ServerReflectionResponse;
export const ServerReflectionResponseV1AlphaSchema = message<f2.ServerReflectionResponse>('grpc.reflection.v1alpha.ServerReflectionResponse');
export type FileDescriptorResponseV1Alpha = f2.FileDescriptorResponse;
export const FileDescriptorResponseV1AlphaSchema = message<f2.FileDescriptorResponse>('grpc.reflection.v1alpha.FileDescriptorResponse');
export type ExtensionNumberResponseV1Alpha = f2.ExtensionNumberResponse;
export const ExtensionNumberResponseV1AlphaSchema = message<f2.ExtensionNumberResponse>('grpc.reflection.v1alpha.ExtensionNumberResponse');
export type ListServiceResponseV1Alpha = f2.ListServiceResponse;
export const ListServiceResponseV1AlphaSchema = message<f2.ListServiceResponse>('grpc.reflection.v1alpha.ListServiceResponse');
export type ServiceResponseV1Alpha = f2.ServiceResponse;
export const ServiceResponseV1AlphaSchema = message<f2.ServiceResponse>('grpc.reflection.v1alpha.ServiceResponse');
export type ErrorResponseV1Alpha = f2.ErrorResponse;
export const ErrorResponseV1AlphaSchema = message<f2.ErrorResponse>('grpc.reflection.v1alpha.ErrorResponse');
export const ServerReflectionV1Alpha = service<typeof f2.ServerReflection>('grpc.reflection.v1alpha.ServerReflection');

import type * as f3 from './tensorflow/core/example/feature_pb.ts';
export type BytesList = f3.BytesList;
export const BytesListSchema = message<f3.BytesList>('tensorflow.BytesList');
export type FloatList = f3.FloatList;
export const FloatListSchema = message<f3.FloatList>('tensorflow.FloatList');
export type Int64List = f3.Int64List;
export const Int64ListSchema = message<f3.Int64List>('tensorflow.Int64List');
export type Feature = f3.Feature;
export const FeatureSchema = message<f3.Feature>('tensorflow.Feature');
export type Features = f3.Features;
export const FeaturesSchema = message<f3.Features>('tensorflow.Features');
export type FeatureList = f3.FeatureList;
export const FeatureListSchema = message<f3.FeatureList>('tensorflow.FeatureList');
export type FeatureLists = f3.FeatureLists;
export const FeatureListsSchema = message<f3.FeatureLists>('tensorflow.FeatureLists');

import type * as f4 from './tensorflow/core/example/example_pb.ts';
export type Example = f4.Example;
export const ExampleSchema = message<f4.Example>('tensorflow.Example');
export type SequenceExample = f4.SequenceExample;
export const SequenceExampleSchema = message<f4.SequenceExample>('tensorflow.SequenceExample');

import type * as f5 from './tensorflow/core/framework/allocation_description_pb.ts';
export type AllocationDescription = f5.AllocationDescription;
export const AllocationDescriptionSchema = message<f5.AllocationDescription>('tensorflow.AllocationDescription');

import type * as f6 from './tensorflow/core/framework/tensor_shape_pb.ts';
export type TensorShapeProto = f6.TensorShapeProto;
export const TensorShapeProtoSchema = message<f6.TensorShapeProto>('tensorflow.TensorShapeProto');
export type TensorShapeProto_Dim = f6.TensorShapeProto_Dim;
export const TensorShapeProto_DimSchema = message<f6.TensorShapeProto_Dim>('tensorflow.TensorShapeProto.Dim');

import type * as f7 from './tensorflow/core/framework/types_pb.ts';
export type SerializedDType = f7.SerializedDType;
export const SerializedDTypeSchema = message<f7.SerializedDType>('tensorflow.SerializedDType');
export type DataType = f7.DataType;
export const DataType = enumValues<typeof f7.DataType>('tensorflow.DataType');
export const DataTypeSchema = enumSchema<f7.DataType>('tensorflow.DataType');

import type * as f8 from './tensorflow/core/framework/resource_handle_pb.ts';
export type ResourceHandleProto = f8.ResourceHandleProto;
export const ResourceHandleProtoSchema = message<f8.ResourceHandleProto>('tensorflow.ResourceHandleProto');
export type ResourceHandleProto_DtypeAndShape = f8.ResourceHandleProto_DtypeAndShape;
export const ResourceHandleProto_DtypeAndShapeSchema = message<f8.ResourceHandleProto_DtypeAndShape>('tensorflow.ResourceHandleProto.DtypeAndShape');

import type * as f9 from './tensorflow/core/framework/tensor_pb.ts';
export type TensorProto = f9.TensorProto;
export const TensorProtoSchema = message<f9.TensorProto>('tensorflow.TensorProto');
export type VariantTensorDataProto = f9.VariantTensorDataProto;
export const VariantTensorDataProtoSchema = message<f9.VariantTensorDataProto>('tensorflow.VariantTensorDataProto');

import type * as f10 from './tensorflow/core/framework/attr_value_pb.ts';
export type AttrValue = f10.AttrValue;
export const AttrValueSchema = message<f10.AttrValue>('tensorflow.AttrValue');
export type AttrValue_ListValue = f10.AttrValue_ListValue;
export const AttrValue_ListValueSchema = message<f10.AttrValue_ListValue>('tensorflow.AttrValue.ListValue');
export type NameAttrList = f10.NameAttrList;
export const NameAttrListSchema = message<f10.NameAttrList>('tensorflow.NameAttrList');

import type * as f11 from './tensorflow/core/framework/cost_graph_pb.ts';
export type CostGraphDef = f11.CostGraphDef;
export const CostGraphDefSchema = message<f11.CostGraphDef>('tensorflow.CostGraphDef');
export type CostGraphDef_Node = f11.CostGraphDef_Node;
export const CostGraphDef_NodeSchema = message<f11.CostGraphDef_Node>('tensorflow.CostGraphDef.Node');
export type CostGraphDef_Node_InputInfo = f11.CostGraphDef_Node_InputInfo;
export const CostGraphDef_Node_InputInfoSchema = message<f11.CostGraphDef_Node_InputInfo>('tensorflow.CostGraphDef.Node.InputInfo');
export type CostGraphDef_Node_OutputInfo = f11.CostGraphDef_Node_OutputInfo;
export const CostGraphDef_Node_OutputInfoSchema = message<f11.CostGraphDef_Node_OutputInfo>('tensorflow.CostGraphDef.Node.OutputInfo');
export type CostGraphDef_AggregatedCost = f11.CostGraphDef_AggregatedCost;
export const CostGraphDef_AggregatedCostSchema = message<f11.CostGraphDef_AggregatedCost>('tensorflow.CostGraphDef.AggregatedCost');

import type * as f12 from './tensorflow/core/framework/full_type_pb.ts';
export type FullTypeDef = f12.FullTypeDef;
export const FullTypeDefSchema = message<f12.FullTypeDef>('tensorflow.FullTypeDef');
export type FullTypeId = f12.FullTypeId;
export const FullTypeId = enumValues<typeof f12.FullTypeId>('tensorflow.FullTypeId');
export const FullTypeIdSchema = enumSchema<f12.FullTypeId>('tensorflow.FullTypeId');

import type * as f13 from './tensorflow/core/framework/node_def_pb.ts';
export type NodeDef = f13.NodeDef;
export const NodeDefSchema = message<f13.NodeDef>('tensorflow.NodeDef');
export type NodeDef_ExperimentalDebugInfo = f13.NodeDef_ExperimentalDebugInfo;
export const NodeDef_ExperimentalDebugInfoSchema = message<f13.NodeDef_ExperimentalDebugInfo>('tensorflow.NodeDef.ExperimentalDebugInfo');

import type * as f14 from './tensorflow/core/framework/op_def_pb.ts';
export type OpDef = f14.OpDef;
export const OpDefSchema = message<f14.OpDef>('tensorflow.OpDef');
export type OpDef_ArgDef = f14.OpDef_ArgDef;
export const OpDef_ArgDefSchema = message<f14.OpDef_ArgDef>('tensorflow.OpDef.ArgDef');
export type OpDef_AttrDef = f14.OpDef_AttrDef;
export const OpDef_AttrDefSchema = message<f14.OpDef_AttrDef>('tensorflow.OpDef.AttrDef');
export type OpDeprecation = f14.OpDeprecation;
export const OpDeprecationSchema = message<f14.OpDeprecation>('tensorflow.OpDeprecation');
export type OpList = f14.OpList;
export const OpListSchema = message<f14.OpList>('tensorflow.OpList');

import type * as f15 from './tensorflow/core/framework/function_pb.ts';
export type FunctionDefLibrary = f15.FunctionDefLibrary;
export const FunctionDefLibrarySchema = message<f15.FunctionDefLibrary>('tensorflow.FunctionDefLibrary');
export type FunctionDef = f15.FunctionDef;
export const FunctionDefSchema = message<f15.FunctionDef>('tensorflow.FunctionDef');
export type FunctionDef_ArgAttrs = f15.FunctionDef_ArgAttrs;
export const FunctionDef_ArgAttrsSchema = message<f15.FunctionDef_ArgAttrs>('tensorflow.FunctionDef.ArgAttrs');
export type GradientDef = f15.GradientDef;
export const GradientDefSchema = message<f15.GradientDef>('tensorflow.GradientDef');
export type RegisteredGradient = f15.RegisteredGradient;
export const RegisteredGradientSchema = message<f15.RegisteredGradient>('tensorflow.RegisteredGradient');

import type * as f16 from './tensorflow/core/framework/graph_debug_info_pb.ts';
export type GraphDebugInfo = f16.GraphDebugInfo;
export const GraphDebugInfoSchema = message<f16.GraphDebugInfo>('tensorflow.GraphDebugInfo');
export type GraphDebugInfo_FileLineCol = f16.GraphDebugInfo_FileLineCol;
export const GraphDebugInfo_FileLineColSchema = message<f16.GraphDebugInfo_FileLineCol>('tensorflow.GraphDebugInfo.FileLineCol');
export type GraphDebugInfo_StackTrace = f16.GraphDebugInfo_StackTrace;
export const GraphDebugInfo_StackTraceSchema = message<f16.GraphDebugInfo_StackTrace>('tensorflow.GraphDebugInfo.StackTrace');

import type * as f17 from './tensorflow/core/framework/versions_pb.ts';
export type VersionDef = f17.VersionDef;
export const VersionDefSchema = message<f17.VersionDef>('tensorflow.VersionDef');

import type * as f18 from './tensorflow/core/framework/graph_pb.ts';
export type GraphDef = f18.GraphDef;
export const GraphDefSchema = message<f18.GraphDef>('tensorflow.GraphDef');

import type * as f19 from './tensorflow/core/framework/tensor_description_pb.ts';
export type TensorDescription = f19.TensorDescription;
export const TensorDescriptionSchema = message<f19.TensorDescription>('tensorflow.TensorDescription');

import type * as f20 from './tensorflow/core/framework/step_stats_pb.ts';
export type AllocationRecord = f20.AllocationRecord;
export const AllocationRecordSchema = message<f20.AllocationRecord>('tensorflow.AllocationRecord');
export type AllocatorMemoryUsed = f20.AllocatorMemoryUsed;
export const AllocatorMemoryUsedSchema = message<f20.AllocatorMemoryUsed>('tensorflow.AllocatorMemoryUsed');
export type NodeOutput = f20.NodeOutput;
export const NodeOutputSchema = message<f20.NodeOutput>('tensorflow.NodeOutput');
export type MemoryStats = f20.MemoryStats;
export const MemoryStatsSchema = message<f20.MemoryStats>('tensorflow.MemoryStats');
export type NodeExecStats = f20.NodeExecStats;
export const NodeExecStatsSchema = message<f20.NodeExecStats>('tensorflow.NodeExecStats');
export type DeviceStepStats = f20.DeviceStepStats;
export const DeviceStepStatsSchema = message<f20.DeviceStepStats>('tensorflow.DeviceStepStats');
export type StepStats = f20.StepStats;
export const StepStatsSchema = message<f20.StepStats>('tensorflow.StepStats');

import type * as f21 from './tensorflow/core/framework/tensor_slice_pb.ts';
export type TensorSliceProto = f21.TensorSliceProto;
export const TensorSliceProtoSchema = message<f21.TensorSliceProto>('tensorflow.TensorSliceProto');
export type TensorSliceProto_Extent = f21.TensorSliceProto_Extent;
export const TensorSliceProto_ExtentSchema = message<f21.TensorSliceProto_Extent>('tensorflow.TensorSliceProto.Extent');

import type * as f22 from './tensorflow/core/framework/variable_pb.ts';
export type VariableDef = f22.VariableDef;
export const VariableDefSchema = message<f22.VariableDef>('tensorflow.VariableDef');
export type SaveSliceInfoDef = f22.SaveSliceInfoDef;
export const SaveSliceInfoDefSchema = message<f22.SaveSliceInfoDef>('tensorflow.SaveSliceInfoDef');
export type VariableSynchronization = f22.VariableSynchronization;
export const VariableSynchronization = enumValues<typeof f22.VariableSynchronization>('tensorflow.VariableSynchronization');
export const VariableSynchronizationSchema = enumSchema<f22.VariableSynchronization>('tensorflow.VariableSynchronization');
export type VariableAggregation = f22.VariableAggregation;
export const VariableAggregation = enumValues<typeof f22.VariableAggregation>('tensorflow.VariableAggregation');
export const VariableAggregationSchema = enumSchema<f22.VariableAggregation>('tensorflow.VariableAggregation');

import type * as f23 from './tensorflow/core/grappler/optimizers/inference/batch_op_rewriter_pb.ts';
export type BatchOpRewriteConfig = f23.BatchOpRewriteConfig;
export const BatchOpRewriteConfigSchema = message<f23.BatchOpRewriteConfig>('tensorflow.serving.BatchOpRewriteConfig');
export type BatchOpRewriteConfig_AdaptiveBatchSchedulerOption = f23.BatchOpRewriteConfig_AdaptiveBatchSchedulerOption;
export const BatchOpRewriteConfig_AdaptiveBatchSchedulerOptionSchema = message<f23.BatchOpRewriteConfig_AdaptiveBatchSchedulerOption>('tensorflow.serving.BatchOpRewriteConfig.AdaptiveBatchSchedulerOption');
export type BatchOpRewriteConfig_BatchOptions = f23.BatchOpRewriteConfig_BatchOptions;
export const BatchOpRewriteConfig_BatchOptionsSchema = message<f23.BatchOpRewriteConfig_BatchOptions>('tensorflow.serving.BatchOpRewriteConfig.BatchOptions');

import type * as f24 from './tensorflow/core/protobuf/cluster_pb.ts';
export type JobDef = f24.JobDef;
export const JobDefSchema = message<f24.JobDef>('tensorflow.JobDef');
export type ClusterDef = f24.ClusterDef;
export const ClusterDefSchema = message<f24.ClusterDef>('tensorflow.ClusterDef');

import type * as f25 from './xla/tsl/protobuf/coordination_config_pb.ts';
export type CoordinatedJob = f25.CoordinatedJob;
export const CoordinatedJobSchema = message<f25.CoordinatedJob>('tensorflow.CoordinatedJob');
export type CoordinationServiceConfig = f25.CoordinationServiceConfig;
export const CoordinationServiceConfigSchema = message<f25.CoordinationServiceConfig>('tensorflow.CoordinationServiceConfig');

import type * as f26 from './tensorflow/core/protobuf/debug_pb.ts';
export type DebugTensorWatch = f26.DebugTensorWatch;
export const DebugTensorWatchSchema = message<f26.DebugTensorWatch>('tensorflow.DebugTensorWatch');
export type DebugOptions = f26.DebugOptions;
export const DebugOptionsSchema = message<f26.DebugOptions>('tensorflow.DebugOptions');
export type DebuggedSourceFile = f26.DebuggedSourceFile;
export const DebuggedSourceFileSchema = message<f26.DebuggedSourceFile>('tensorflow.DebuggedSourceFile');
export type DebuggedSourceFiles = f26.DebuggedSourceFiles;
export const DebuggedSourceFilesSchema = message<f26.DebuggedSourceFiles>('tensorflow.DebuggedSourceFiles');

import type * as f27 from './tensorflow/core/protobuf/verifier_config_pb.ts';
export type VerifierConfig = f27.VerifierConfig;
export const VerifierConfigSchema = message<f27.VerifierConfig>('tensorflow.VerifierConfig');
export type VerifierConfig_Toggle = f27.VerifierConfig_Toggle;
export const VerifierConfig_Toggle = enumValues<typeof f27.VerifierConfig_Toggle>('tensorflow.VerifierConfig.Toggle');
export const VerifierConfig_ToggleSchema = enumSchema<f27.VerifierConfig_Toggle>('tensorflow.VerifierConfig.Toggle');

import type * as f28 from './tensorflow/core/protobuf/rewriter_config_pb.ts';
export type AutoParallelOptions = f28.AutoParallelOptions;
export const AutoParallelOptionsSchema = message<f28.AutoParallelOptions>('tensorflow.AutoParallelOptions');
export type ScopedAllocatorOptions = f28.ScopedAllocatorOptions;
export const ScopedAllocatorOptionsSchema = message<f28.ScopedAllocatorOptions>('tensorflow.ScopedAllocatorOptions');
export type RewriterConfig = f28.RewriterConfig;
export const RewriterConfigSchema = message<f28.RewriterConfig>('tensorflow.RewriterConfig');
export type RewriterConfig_CustomGraphOptimizer = f28.RewriterConfig_CustomGraphOptimizer;
export const RewriterConfig_CustomGraphOptimizerSchema = message<f28.RewriterConfig_CustomGraphOptimizer>('tensorflow.RewriterConfig.CustomGraphOptimizer');
export type RewriterConfig_Toggle = f28.RewriterConfig_Toggle;
export const RewriterConfig_Toggle = enumValues<typeof f28.RewriterConfig_Toggle>('tensorflow.RewriterConfig.Toggle');
export const RewriterConfig_ToggleSchema = enumSchema<f28.RewriterConfig_Toggle>('tensorflow.RewriterConfig.Toggle');
export type RewriterConfig_CpuLayout = f28.RewriterConfig_CpuLayout;
export const RewriterConfig_CpuLayout = enumValues<typeof f28.RewriterConfig_CpuLayout>('tensorflow.RewriterConfig.CpuLayout');
export const RewriterConfig_CpuLayoutSchema = enumSchema<f28.RewriterConfig_CpuLayout>('tensorflow.RewriterConfig.CpuLayout');
export type RewriterConfig_NumIterationsType = f28.RewriterConfig_NumIterationsType;
export const RewriterConfig_NumIterationsType = enumValues<typeof f28.RewriterConfig_NumIterationsType>('tensorflow.RewriterConfig.NumIterationsType');
export const RewriterConfig_NumIterationsTypeSchema = enumSchema<f28.RewriterConfig_NumIterationsType>('tensorflow.RewriterConfig.NumIterationsType');
export type RewriterConfig_MemOptType = f28.RewriterConfig_MemOptType;
export const RewriterConfig_MemOptType = enumValues<typeof f28.RewriterConfig_MemOptType>('tensorflow.RewriterConfig.MemOptType');
export const RewriterConfig_MemOptTypeSchema = enumSchema<f28.RewriterConfig_MemOptType>('tensorflow.RewriterConfig.MemOptType');

import type * as f29 from './xla/tsl/protobuf/rpc_options_pb.ts';
export type RPCOptions = f29.RPCOptions;
export const RPCOptionsSchema = message<f29.RPCOptions>('tensorflow.RPCOptions');

import type * as f31 from './tensorflow/core/protobuf/config_pb.ts';
export type GPUOptions = f31.GPUOptions;
export const GPUOptionsSchema = message<f31.GPUOptions>('tensorflow.GPUOptions');
export type GPUOptions_Experimental = f31.GPUOptions_Experimental;
export const GPUOptions_ExperimentalSchema = message<f31.GPUOptions_Experimental>('tensorflow.GPUOptions.Experimental');
export type GPUOptions_Experimental_VirtualDevices = f31.GPUOptions_Experimental_VirtualDevices;
export const GPUOptions_Experimental_VirtualDevicesSchema = message<f31.GPUOptions_Experimental_VirtualDevices>('tensorflow.GPUOptions.Experimental.VirtualDevices');
export type GPUOptions_Experimental_StreamMergeOptions = f31.GPUOptions_Experimental_StreamMergeOptions;
export const GPUOptions_Experimental_StreamMergeOptionsSchema = message<f31.GPUOptions_Experimental_StreamMergeOptions>('tensorflow.GPUOptions.Experimental.StreamMergeOptions');
export type OptimizerOptions = f31.OptimizerOptions;
export const OptimizerOptionsSchema = message<f31.OptimizerOptions>('tensorflow.OptimizerOptions');
export type GraphOptions = f31.GraphOptions;
export const GraphOptionsSchema = message<f31.GraphOptions>('tensorflow.GraphOptions');
export type ThreadPoolOptionProto = f31.ThreadPoolOptionProto;
export const ThreadPoolOptionProtoSchema = message<f31.ThreadPoolOptionProto>('tensorflow.ThreadPoolOptionProto');
export type SessionMetadata = f31.SessionMetadata;
export const SessionMetadataSchema = message<f31.SessionMetadata>('tensorflow.SessionMetadata');
export type ConfigProto = f31.ConfigProto;
export const ConfigProtoSchema = message<f31.ConfigProto>('tensorflow.ConfigProto');
export type ConfigProto_Experimental = f31.ConfigProto_Experimental;
export const ConfigProto_ExperimentalSchema = message<f31.ConfigProto_Experimental>('tensorflow.ConfigProto.Experimental');
export type RunOptions = f31.RunOptions;
export const RunOptionsSchema = message<f31.RunOptions>('tensorflow.RunOptions');
export type RunOptions_Experimental = f31.RunOptions_Experimental;
export const RunOptions_ExperimentalSchema = message<f31.RunOptions_Experimental>('tensorflow.RunOptions.Experimental');
export type RunOptions_Experimental_RunHandlerPoolOptions = f31.RunOptions_Experimental_RunHandlerPoolOptions;
export const RunOptions_Experimental_RunHandlerPoolOptionsSchema = message<f31.RunOptions_Experimental_RunHandlerPoolOptions>('tensorflow.RunOptions.Experimental.RunHandlerPoolOptions');
export type RunMetadata = f31.RunMetadata;
export const RunMetadataSchema = message<f31.RunMetadata>('tensorflow.RunMetadata');
export type RunMetadata_FunctionGraphs = f31.RunMetadata_FunctionGraphs;
export const RunMetadata_FunctionGraphsSchema = message<f31.RunMetadata_FunctionGraphs>('tensorflow.RunMetadata.FunctionGraphs');
export type TensorConnection = f31.TensorConnection;
export const TensorConnectionSchema = message<f31.TensorConnection>('tensorflow.TensorConnection');
export type CallableOptions = f31.CallableOptions;
export const CallableOptionsSchema = message<f31.CallableOptions>('tensorflow.CallableOptions');
export type BatchingOptions = f31.BatchingOptions;
export const BatchingOptionsSchema = message<f31.BatchingOptions>('tensorflow.BatchingOptions');
export type OptimizerOptions_Level = f31.OptimizerOptions_Level;
export const OptimizerOptions_Level = enumValues<typeof f31.OptimizerOptions_Level>('tensorflow.OptimizerOptions.Level');
export const OptimizerOptions_LevelSchema = enumSchema<f31.OptimizerOptions_Level>('tensorflow.OptimizerOptions.Level');
export type OptimizerOptions_GlobalJitLevel = f31.OptimizerOptions_GlobalJitLevel;
export const OptimizerOptions_GlobalJitLevel = enumValues<typeof f31.OptimizerOptions_GlobalJitLevel>('tensorflow.OptimizerOptions.GlobalJitLevel');
export const OptimizerOptions_GlobalJitLevelSchema = enumSchema<f31.OptimizerOptions_GlobalJitLevel>('tensorflow.OptimizerOptions.GlobalJitLevel');
export type ConfigProto_Experimental_MlirBridgeRollout = f31.ConfigProto_Experimental_MlirBridgeRollout;
export const ConfigProto_Experimental_MlirBridgeRollout = enumValues<typeof f31.ConfigProto_Experimental_MlirBridgeRollout>('tensorflow.ConfigProto.Experimental.MlirBridgeRollout');
export const ConfigProto_Experimental_MlirBridgeRolloutSchema = enumSchema<f31.ConfigProto_Experimental_MlirBridgeRollout>('tensorflow.ConfigProto.Experimental.MlirBridgeRollout');
export type RunOptions_TraceLevel = f31.RunOptions_TraceLevel;
export const RunOptions_TraceLevel = enumValues<typeof f31.RunOptions_TraceLevel>('tensorflow.RunOptions.TraceLevel');
export const RunOptions_TraceLevelSchema = enumSchema<f31.RunOptions_TraceLevel>('tensorflow.RunOptions.TraceLevel');

import type * as f32 from './xla/tsl/protobuf/error_codes_pb.ts';
export type Code = f32.Code;
export const Code = enumValues<typeof f32.Code>('tensorflow.error.Code');
export const CodeSchema = enumSchema<f32.Code>('tensorflow.error.Code');

import type * as f34 from './tensorflow/core/protobuf/fingerprint_pb.ts';
export type FingerprintDef = f34.FingerprintDef;
export const FingerprintDefSchema = message<f34.FingerprintDef>('tensorflow.FingerprintDef');

import type * as f35 from './tensorflow/core/protobuf/struct_pb.ts';
export type StructuredValue = f35.StructuredValue;
export const StructuredValueSchema = message<f35.StructuredValue>('tensorflow.StructuredValue');
export type NoneValue = f35.NoneValue;
export const NoneValueSchema = message<f35.NoneValue>('tensorflow.NoneValue');
export type ListValue = f35.ListValue;
export const ListValueSchema = message<f35.ListValue>('tensorflow.ListValue');
export type TupleValue = f35.TupleValue;
export const TupleValueSchema = message<f35.TupleValue>('tensorflow.TupleValue');
export type DictValue = f35.DictValue;
export const DictValueSchema = message<f35.DictValue>('tensorflow.DictValue');
export type PairValue = f35.PairValue;
export const PairValueSchema = message<f35.PairValue>('tensorflow.PairValue');
export type NamedTupleValue = f35.NamedTupleValue;
export const NamedTupleValueSchema = message<f35.NamedTupleValue>('tensorflow.NamedTupleValue');
export type TensorSpecProto = f35.TensorSpecProto;
export const TensorSpecProtoSchema = message<f35.TensorSpecProto>('tensorflow.TensorSpecProto');
export type BoundedTensorSpecProto = f35.BoundedTensorSpecProto;
export const BoundedTensorSpecProtoSchema = message<f35.BoundedTensorSpecProto>('tensorflow.BoundedTensorSpecProto');
export type TypeSpecProto = f35.TypeSpecProto;
export const TypeSpecProtoSchema = message<f35.TypeSpecProto>('tensorflow.TypeSpecProto');
export type TypeSpecProto_TypeSpecClass = f35.TypeSpecProto_TypeSpecClass;
export const TypeSpecProto_TypeSpecClass = enumValues<typeof f35.TypeSpecProto_TypeSpecClass>('tensorflow.TypeSpecProto.TypeSpecClass');
export const TypeSpecProto_TypeSpecClassSchema = enumSchema<f35.TypeSpecProto_TypeSpecClass>('tensorflow.TypeSpecProto.TypeSpecClass');

import type * as f36 from './tensorflow/core/protobuf/trackable_object_graph_pb.ts';
export type TrackableObjectGraph = f36.TrackableObjectGraph;
export const TrackableObjectGraphSchema = message<f36.TrackableObjectGraph>('tensorflow.TrackableObjectGraph');
export type TrackableObjectGraph_TrackableObject = f36.TrackableObjectGraph_TrackableObject;
export const TrackableObjectGraph_TrackableObjectSchema = message<f36.TrackableObjectGraph_TrackableObject>('tensorflow.TrackableObjectGraph.TrackableObject');
export type TrackableObjectGraph_TrackableObject_ObjectReference = f36.TrackableObjectGraph_TrackableObject_ObjectReference;
export const TrackableObjectGraph_TrackableObject_ObjectReferenceSchema = message<f36.TrackableObjectGraph_TrackableObject_ObjectReference>('tensorflow.TrackableObjectGraph.TrackableObject.ObjectReference');
export type TrackableObjectGraph_TrackableObject_SerializedTensor = f36.TrackableObjectGraph_TrackableObject_SerializedTensor;
export const TrackableObjectGraph_TrackableObject_SerializedTensorSchema = message<f36.TrackableObjectGraph_TrackableObject_SerializedTensor>('tensorflow.TrackableObjectGraph.TrackableObject.SerializedTensor');
export type TrackableObjectGraph_TrackableObject_SlotVariableReference = f36.TrackableObjectGraph_TrackableObject_SlotVariableReference;
export const TrackableObjectGraph_TrackableObject_SlotVariableReferenceSchema = message<f36.TrackableObjectGraph_TrackableObject_SlotVariableReference>('tensorflow.TrackableObjectGraph.TrackableObject.SlotVariableReference');
export type RegisteredSaver = f36.RegisteredSaver;
export const RegisteredSaverSchema = message<f36.RegisteredSaver>('tensorflow.RegisteredSaver');

import type * as f37 from './tensorflow/core/protobuf/saved_object_graph_pb.ts';
export type SavedObjectGraph = f37.SavedObjectGraph;
export const SavedObjectGraphSchema = message<f37.SavedObjectGraph>('tensorflow.SavedObjectGraph');
export type SavedObject = f37.SavedObject;
export const SavedObjectSchema = message<f37.SavedObject>('tensorflow.SavedObject');
export type SavedUserObject = f37.SavedUserObject;
export const SavedUserObjectSchema = message<f37.SavedUserObject>('tensorflow.SavedUserObject');
export type SavedAsset = f37.SavedAsset;
export const SavedAssetSchema = message<f37.SavedAsset>('tensorflow.SavedAsset');
export type SavedFunction = f37.SavedFunction;
export const SavedFunctionSchema = message<f37.SavedFunction>('tensorflow.SavedFunction');
export type CapturedTensor = f37.CapturedTensor;
export const CapturedTensorSchema = message<f37.CapturedTensor>('tensorflow.CapturedTensor');
export type SavedConcreteFunction = f37.SavedConcreteFunction;
export const SavedConcreteFunctionSchema = message<f37.SavedConcreteFunction>('tensorflow.SavedConcreteFunction');
export type SavedBareConcreteFunction = f37.SavedBareConcreteFunction;
export const SavedBareConcreteFunctionSchema = message<f37.SavedBareConcreteFunction>('tensorflow.SavedBareConcreteFunction');
export type SavedConstant = f37.SavedConstant;
export const SavedConstantSchema = message<f37.SavedConstant>('tensorflow.SavedConstant');
export type SavedVariable = f37.SavedVariable;
export const SavedVariableSchema = message<f37.SavedVariable>('tensorflow.SavedVariable');
export type FunctionSpec = f37.FunctionSpec;
export const FunctionSpecSchema = message<f37.FunctionSpec>('tensorflow.FunctionSpec');
export type SavedResource = f37.SavedResource;
export const SavedResourceSchema = message<f37.SavedResource>('tensorflow.SavedResource');
export type SaveableObject = f37.SaveableObject;
export const SaveableObjectSchema = message<f37.SaveableObject>('tensorflow.SaveableObject');
export type FunctionSpec_JitCompile = f37.FunctionSpec_JitCompile;
export const FunctionSpec_JitCompile = enumValues<typeof f37.FunctionSpec_JitCompile>('tensorflow.FunctionSpec.JitCompile');
export const FunctionSpec_JitCompileSchema = enumSchema<f37.FunctionSpec_JitCompile>('tensorflow.FunctionSpec.JitCompile');

import type * as f38 from './tensorflow/core/protobuf/saver_pb.ts';
export type SaverDef = f38.SaverDef;
export const SaverDefSchema = message<f38.SaverDef>('tensorflow.SaverDef');
export type SaverDef_CheckpointFormatVersion = f38.SaverDef_CheckpointFormatVersion;
export const SaverDef_CheckpointFormatVersion = enumValues<typeof f38.SaverDef_CheckpointFormatVersion>('tensorflow.SaverDef.CheckpointFormatVersion');
export const SaverDef_CheckpointFormatVersionSchema = enumSchema<f38.SaverDef_CheckpointFormatVersion>('tensorflow.SaverDef.CheckpointFormatVersion');

import type * as f39 from './tensorflow/core/protobuf/meta_graph_pb.ts';
export type MetaGraphDef = f39.MetaGraphDef;
export const MetaGraphDefSchema = message<f39.MetaGraphDef>('tensorflow.MetaGraphDef');
export type MetaGraphDef_MetaInfoDef = f39.MetaGraphDef_MetaInfoDef;
export const MetaGraphDef_MetaInfoDefSchema = message<f39.MetaGraphDef_MetaInfoDef>('tensorflow.MetaGraphDef.MetaInfoDef');
export type CollectionDef = f39.CollectionDef;
export const CollectionDefSchema = message<f39.CollectionDef>('tensorflow.CollectionDef');
export type CollectionDef_NodeList = f39.CollectionDef_NodeList;
export const CollectionDef_NodeListSchema = message<f39.CollectionDef_NodeList>('tensorflow.CollectionDef.NodeList');
export type CollectionDef_BytesList = f39.CollectionDef_BytesList;
export const CollectionDef_BytesListSchema = message<f39.CollectionDef_BytesList>('tensorflow.CollectionDef.BytesList');
export type CollectionDef_Int64List = f39.CollectionDef_Int64List;
export const CollectionDef_Int64ListSchema = message<f39.CollectionDef_Int64List>('tensorflow.CollectionDef.Int64List');
export type CollectionDef_FloatList = f39.CollectionDef_FloatList;
export const CollectionDef_FloatListSchema = message<f39.CollectionDef_FloatList>('tensorflow.CollectionDef.FloatList');
export type CollectionDef_AnyList = f39.CollectionDef_AnyList;
export const CollectionDef_AnyListSchema = message<f39.CollectionDef_AnyList>('tensorflow.CollectionDef.AnyList');
export type TensorInfo = f39.TensorInfo;
export const TensorInfoSchema = message<f39.TensorInfo>('tensorflow.TensorInfo');
export type TensorInfo_CooSparse = f39.TensorInfo_CooSparse;
export const TensorInfo_CooSparseSchema = message<f39.TensorInfo_CooSparse>('tensorflow.TensorInfo.CooSparse');
export type TensorInfo_CompositeTensor = f39.TensorInfo_CompositeTensor;
export const TensorInfo_CompositeTensorSchema = message<f39.TensorInfo_CompositeTensor>('tensorflow.TensorInfo.CompositeTensor');
export type SignatureDef = f39.SignatureDef;
export const SignatureDefSchema = message<f39.SignatureDef>('tensorflow.SignatureDef');
export type AssetFileDef = f39.AssetFileDef;
export const AssetFileDefSchema = message<f39.AssetFileDef>('tensorflow.AssetFileDef');

import type * as f40 from './tensorflow/core/protobuf/named_tensor_pb.ts';
export type NamedTensorProto = f40.NamedTensorProto;
export const NamedTensorProtoSchema = message<f40.NamedTensorProto>('tensorflow.NamedTensorProto');

import type * as f41 from './tensorflow/core/protobuf/saved_model_pb.ts';
export type SavedModel = f41.SavedModel;
export const SavedModelSchema = message<f41.SavedModel>('tensorflow.SavedModel');

import type * as f42 from './tensorflow/core/protobuf/tensor_bundle_pb.ts';
export type BundleHeaderProto = f42.BundleHeaderProto;
export const BundleHeaderProtoSchema = message<f42.BundleHeaderProto>('tensorflow.BundleHeaderProto');
export type BundleEntryProto = f42.BundleEntryProto;
export const BundleEntryProtoSchema = message<f42.BundleEntryProto>('tensorflow.BundleEntryProto');
export type BundleHeaderProto_Endianness = f42.BundleHeaderProto_Endianness;
export const BundleHeaderProto_Endianness = enumValues<typeof f42.BundleHeaderProto_Endianness>('tensorflow.BundleHeaderProto.Endianness');
export const BundleHeaderProto_EndiannessSchema = enumSchema<f42.BundleHeaderProto_Endianness>('tensorflow.BundleHeaderProto.Endianness');

import type * as f43 from './tensorflow/core/tfrt/graph_executor/config_pb.ts';
export type RuntimeConfigProto = f43.RuntimeConfigProto;
export const RuntimeConfigProtoSchema = message<f43.RuntimeConfigProto>('tensorflow.tfrt_stub.RuntimeConfigProto');

import type * as f44 from './tensorflow_serving/apis/input_pb.ts';
export type ExampleList = f44.ExampleList;
export const ExampleListSchema = message<f44.ExampleList>('tensorflow.serving.ExampleList');
export type ExampleListWithContext = f44.ExampleListWithContext;
export const ExampleListWithContextSchema = message<f44.ExampleListWithContext>('tensorflow.serving.ExampleListWithContext');
export type Input = f44.Input;
export const InputSchema = message<f44.Input>('tensorflow.serving.Input');

import type * as f45 from './tensorflow_serving/apis/model_pb.ts';
export type ModelSpec = f45.ModelSpec;
export const ModelSpecSchema = message<f45.ModelSpec>('tensorflow.serving.ModelSpec');

import type * as f46 from './tensorflow_serving/apis/classification_pb.ts';
export type Class = f46.Class;
export const ClassSchema = message<f46.Class>('tensorflow.serving.Class');
export type Classifications = f46.Classifications;
export const ClassificationsSchema = message<f46.Classifications>('tensorflow.serving.Classifications');
export type ClassificationResult = f46.ClassificationResult;
export const ClassificationResultSchema = message<f46.ClassificationResult>('tensorflow.serving.ClassificationResult');
export type ClassificationRequest = f46.ClassificationRequest;
export const ClassificationRequestSchema = message<f46.ClassificationRequest>('tensorflow.serving.ClassificationRequest');
export type ClassificationResponse = f46.ClassificationResponse;
export const ClassificationResponseSchema = message<f46.ClassificationResponse>('tensorflow.serving.ClassificationResponse');

import type * as f47 from './tensorflow_serving/apis/get_model_metadata_pb.ts';
export type SignatureDefMap = f47.SignatureDefMap;
export const SignatureDefMapSchema = message<f47.SignatureDefMap>('tensorflow.serving.SignatureDefMap');
export type GetModelMetadataRequest = f47.GetModelMetadataRequest;
export const GetModelMetadataRequestSchema = message<f47.GetModelMetadataRequest>('tensorflow.serving.GetModelMetadataRequest');
export type GetModelMetadataResponse = f47.GetModelMetadataResponse;
export const GetModelMetadataResponseSchema = message<f47.GetModelMetadataResponse>('tensorflow.serving.GetModelMetadataResponse');

import type * as f48 from './tensorflow_serving/apis/status_pb.ts';
export type StatusProto = f48.StatusProto;
export const StatusProtoSchema = message<f48.StatusProto>('tensorflow.serving.StatusProto');

import type * as f49 from './tensorflow_serving/apis/get_model_status_pb.ts';
export type GetModelStatusRequest = f49.GetModelStatusRequest;
export const GetModelStatusRequestSchema = message<f49.GetModelStatusRequest>('tensorflow.serving.GetModelStatusRequest');
export type ModelVersionStatus = f49.ModelVersionStatus;
export const ModelVersionStatusSchema = message<f49.ModelVersionStatus>('tensorflow.serving.ModelVersionStatus');
export type GetModelStatusResponse = f49.GetModelStatusResponse;
export const GetModelStatusResponseSchema = message<f49.GetModelStatusResponse>('tensorflow.serving.GetModelStatusResponse');
export type ModelVersionStatus_State = f49.ModelVersionStatus_State;
export const ModelVersionStatus_State = enumValues<typeof f49.ModelVersionStatus_State>('tensorflow.serving.ModelVersionStatus.State');
export const ModelVersionStatus_StateSchema = enumSchema<f49.ModelVersionStatus_State>('tensorflow.serving.ModelVersionStatus.State');

import type * as f50 from './tensorflow_serving/apis/regression_pb.ts';
export type Regression = f50.Regression;
export const RegressionSchema = message<f50.Regression>('tensorflow.serving.Regression');
export type RegressionResult = f50.RegressionResult;
export const RegressionResultSchema = message<f50.RegressionResult>('tensorflow.serving.RegressionResult');
export type RegressionRequest = f50.RegressionRequest;
export const RegressionRequestSchema = message<f50.RegressionRequest>('tensorflow.serving.RegressionRequest');
export type RegressionResponse = f50.RegressionResponse;
export const RegressionResponseSchema = message<f50.RegressionResponse>('tensorflow.serving.RegressionResponse');

import type * as f51 from './tensorflow_serving/apis/inference_pb.ts';
export type InferenceTask = f51.InferenceTask;
export const InferenceTaskSchema = message<f51.InferenceTask>('tensorflow.serving.InferenceTask');
export type InferenceResult = f51.InferenceResult;
export const InferenceResultSchema = message<f51.InferenceResult>('tensorflow.serving.InferenceResult');
export type MultiInferenceRequest = f51.MultiInferenceRequest;
export const MultiInferenceRequestSchema = message<f51.MultiInferenceRequest>('tensorflow.serving.MultiInferenceRequest');
export type MultiInferenceResponse = f51.MultiInferenceResponse;
export const MultiInferenceResponseSchema = message<f51.MultiInferenceResponse>('tensorflow.serving.MultiInferenceResponse');

import type * as f52 from './tensorflow_serving/config/log_collector_config_pb.ts';
export type LogCollectorConfig = f52.LogCollectorConfig;
export const LogCollectorConfigSchema = message<f52.LogCollectorConfig>('tensorflow.serving.LogCollectorConfig');

import type * as f53 from './tensorflow_serving/config/logging_config_pb.ts';
export type PerTaskSamplingConfig = f53.PerTaskSamplingConfig;
export const PerTaskSamplingConfigSchema = message<f53.PerTaskSamplingConfig>('tensorflow.serving.PerTaskSamplingConfig');
export type SamplingConfig = f53.SamplingConfig;
export const SamplingConfigSchema = message<f53.SamplingConfig>('tensorflow.serving.SamplingConfig');
export type LoggingConfig = f53.LoggingConfig;
export const LoggingConfigSchema = message<f53.LoggingConfig>('tensorflow.serving.LoggingConfig');
export type SamplingConfig_Attributes = f53.SamplingConfig_Attributes;
export const SamplingConfig_Attributes = enumValues<typeof f53.SamplingConfig_Attributes>('tensorflow.serving.SamplingConfig.Attributes');
export const SamplingConfig_AttributesSchema = enumSchema<f53.SamplingConfig_Attributes>('tensorflow.serving.SamplingConfig.Attributes');

import type * as f54 from './tensorflow_serving/apis/logging_pb.ts';
export type LogMetadata = f54.LogMetadata;
export const LogMetadataSchema = message<f54.LogMetadata>('tensorflow.serving.LogMetadata');

import type * as f55 from './tensorflow_serving/config/file_system_storage_path_source_pb.ts';
export type FileSystemStoragePathSourceConfig = f55.FileSystemStoragePathSourceConfig;
export const FileSystemStoragePathSourceConfigSchema = message<f55.FileSystemStoragePathSourceConfig>('tensorflow.serving.FileSystemStoragePathSourceConfig');
export type FileSystemStoragePathSourceConfig_ServableVersionPolicy = f55.FileSystemStoragePathSourceConfig_ServableVersionPolicy;
export const FileSystemStoragePathSourceConfig_ServableVersionPolicySchema = message<f55.FileSystemStoragePathSourceConfig_ServableVersionPolicy>('tensorflow.serving.FileSystemStoragePathSourceConfig.ServableVersionPolicy');
export type FileSystemStoragePathSourceConfig_ServableVersionPolicy_Latest = f55.FileSystemStoragePathSourceConfig_ServableVersionPolicy_Latest;
export const FileSystemStoragePathSourceConfig_ServableVersionPolicy_LatestSchema = message<f55.FileSystemStoragePathSourceConfig_ServableVersionPolicy_Latest>('tensorflow.serving.FileSystemStoragePathSourceConfig.ServableVersionPolicy.Latest');
export type FileSystemStoragePathSourceConfig_ServableVersionPolicy_All = f55.FileSystemStoragePathSourceConfig_ServableVersionPolicy_All;
export const FileSystemStoragePathSourceConfig_ServableVersionPolicy_AllSchema = message<f55.FileSystemStoragePathSourceConfig_ServableVersionPolicy_All>('tensorflow.serving.FileSystemStoragePathSourceConfig.ServableVersionPolicy.All');
export type FileSystemStoragePathSourceConfig_ServableVersionPolicy_Specific = f55.FileSystemStoragePathSourceConfig_ServableVersionPolicy_Specific;
export const FileSystemStoragePathSourceConfig_ServableVersionPolicy_SpecificSchema = message<f55.FileSystemStoragePathSourceConfig_ServableVersionPolicy_Specific>('tensorflow.serving.FileSystemStoragePathSourceConfig.ServableVersionPolicy.Specific');
export type FileSystemStoragePathSourceConfig_ServableToMonitor = f55.FileSystemStoragePathSourceConfig_ServableToMonitor;
export const FileSystemStoragePathSourceConfig_ServableToMonitorSchema = message<f55.FileSystemStoragePathSourceConfig_ServableToMonitor>('tensorflow.serving.FileSystemStoragePathSourceConfig.ServableToMonitor');

import type * as f56 from './tensorflow_serving/config/model_server_config_pb.ts';
export type ModelConfig = f56.ModelConfig;
export const ModelConfigSchema = message<f56.ModelConfig>('tensorflow.serving.ModelConfig');
export type ModelConfigList = f56.ModelConfigList;
export const ModelConfigListSchema = message<f56.ModelConfigList>('tensorflow.serving.ModelConfigList');
export type ModelServerConfig = f56.ModelServerConfig;
export const ModelServerConfigSchema = message<f56.ModelServerConfig>('tensorflow.serving.ModelServerConfig');
export type ModelType = f56.ModelType;
export const ModelType = enumValues<typeof f56.ModelType>('tensorflow.serving.ModelType');
export const ModelTypeSchema = enumSchema<f56.ModelType>('tensorflow.serving.ModelType');

import type * as f57 from './tensorflow_serving/apis/model_management_pb.ts';
export type ReloadConfigRequest = f57.ReloadConfigRequest;
export const ReloadConfigRequestSchema = message<f57.ReloadConfigRequest>('tensorflow.serving.ReloadConfigRequest');
export type ReloadConfigResponse = f57.ReloadConfigResponse;
export const ReloadConfigResponseSchema = message<f57.ReloadConfigResponse>('tensorflow.serving.ReloadConfigResponse');
export type Metric = f57.Metric;
export const MetricSchema = message<f57.Metric>('tensorflow.serving.Metric');

import type * as f58 from './tensorflow_serving/apis/model_service_pb.ts';
export const ModelService = service<typeof f58.ModelService>('tensorflow.serving.ModelService');

import type * as f59 from './tensorflow_serving/apis/predict_pb.ts';
export type PredictRequest = f59.PredictRequest;
export const PredictRequestSchema = message<f59.PredictRequest>('tensorflow.serving.PredictRequest');
export type PredictRequest_RequestOptions = f59.PredictRequest_RequestOptions;
export const PredictRequest_RequestOptionsSchema = message<f59.PredictRequest_RequestOptions>('tensorflow.serving.PredictRequest.RequestOptions');
export type PredictRequest_RequestOptions_Handshake = f59.PredictRequest_RequestOptions_Handshake;
export const PredictRequest_RequestOptions_HandshakeSchema = message<f59.PredictRequest_RequestOptions_Handshake>('tensorflow.serving.PredictRequest.RequestOptions.Handshake');
export type PredictStreamedOptions = f59.PredictStreamedOptions;
export const PredictStreamedOptionsSchema = message<f59.PredictStreamedOptions>('tensorflow.serving.PredictStreamedOptions');
export type PredictResponse = f59.PredictResponse;
export const PredictResponseSchema = message<f59.PredictResponse>('tensorflow.serving.PredictResponse');
export type PredictRequest_RequestOptions_DeterministicMode = f59.PredictRequest_RequestOptions_DeterministicMode;
export const PredictRequest_RequestOptions_DeterministicMode = enumValues<typeof f59.PredictRequest_RequestOptions_DeterministicMode>('tensorflow.serving.PredictRequest.RequestOptions.DeterministicMode');
export const PredictRequest_RequestOptions_DeterministicModeSchema = enumSchema<f59.PredictRequest_RequestOptions_DeterministicMode>('tensorflow.serving.PredictRequest.RequestOptions.DeterministicMode');
export type PredictStreamedOptions_RequestState = f59.PredictStreamedOptions_RequestState;
export const PredictStreamedOptions_RequestState = enumValues<typeof f59.PredictStreamedOptions_RequestState>('tensorflow.serving.PredictStreamedOptions.RequestState');
export const PredictStreamedOptions_RequestStateSchema = enumSchema<f59.PredictStreamedOptions_RequestState>('tensorflow.serving.PredictStreamedOptions.RequestState');

import type * as f60 from './tensorflow_serving/apis/session_service_pb.ts';
export type SessionRunRequest = f60.SessionRunRequest;
export const SessionRunRequestSchema = message<f60.SessionRunRequest>('tensorflow.serving.SessionRunRequest');
export type SessionRunResponse = f60.SessionRunResponse;
export const SessionRunResponseSchema = message<f60.SessionRunResponse>('tensorflow.serving.SessionRunResponse');
export const SessionService = service<typeof f60.SessionService>('tensorflow.serving.SessionService');

import type * as f61 from './tensorflow_serving/apis/prediction_log_pb.ts';
export type ClassifyLog = f61.ClassifyLog;
export const ClassifyLogSchema = message<f61.ClassifyLog>('tensorflow.serving.ClassifyLog');
export type RegressLog = f61.RegressLog;
export const RegressLogSchema = message<f61.RegressLog>('tensorflow.serving.RegressLog');
export type PredictLog = f61.PredictLog;
export const PredictLogSchema = message<f61.PredictLog>('tensorflow.serving.PredictLog');
export type PredictStreamedLog = f61.PredictStreamedLog;
export const PredictStreamedLogSchema = message<f61.PredictStreamedLog>('tensorflow.serving.PredictStreamedLog');
export type MultiInferenceLog = f61.MultiInferenceLog;
export const MultiInferenceLogSchema = message<f61.MultiInferenceLog>('tensorflow.serving.MultiInferenceLog');
export type SessionRunLog = f61.SessionRunLog;
export const SessionRunLogSchema = message<f61.SessionRunLog>('tensorflow.serving.SessionRunLog');
export type PredictionLog = f61.PredictionLog;
export const PredictionLogSchema = message<f61.PredictionLog>('tensorflow.serving.PredictionLog');

import type * as f62 from './tensorflow_serving/apis/prediction_service_pb.ts';
export const PredictionService = service<typeof f62.PredictionService>('tensorflow.serving.PredictionService');

import type * as f63 from './tensorflow_serving/config/monitoring_config_pb.ts';
export type PrometheusConfig = f63.PrometheusConfig;
export const PrometheusConfigSchema = message<f63.PrometheusConfig>('tensorflow.serving.PrometheusConfig');
export type MonitoringConfig = f63.MonitoringConfig;
export const MonitoringConfigSchema = message<f63.MonitoringConfig>('tensorflow.serving.MonitoringConfig');

import type * as f64 from './tensorflow_serving/config/platform_config_pb.ts';
export type PlatformConfig = f64.PlatformConfig;
export const PlatformConfigSchema = message<f64.PlatformConfig>('tensorflow.serving.PlatformConfig');
export type PlatformConfigMap = f64.PlatformConfigMap;
export const PlatformConfigMapSchema = message<f64.PlatformConfigMap>('tensorflow.serving.PlatformConfigMap');

import type * as f65 from './tensorflow_serving/config/ssl_config_pb.ts';
export type SSLConfig = f65.SSLConfig;
export const SSLConfigSchema = message<f65.SSLConfig>('tensorflow.serving.SSLConfig');

import type * as f66 from './tensorflow_serving/servables/tensorflow/remote_op_config_rewriter_pb.ts';
export type RemoteOpRemapConfig = f66.RemoteOpRemapConfig;
export const RemoteOpRemapConfigSchema = message<f66.RemoteOpRemapConfig>('tensorflow.serving.tools.RemoteOpRemapConfig');

import type * as f67 from './tensorflow_serving/servables/tensorflow/session_bundle_config_pb.ts';
export type ModelWarmupOptions = f67.ModelWarmupOptions;
export const ModelWarmupOptionsSchema = message<f67.ModelWarmupOptions>('tensorflow.serving.ModelWarmupOptions');
export type SessionBundleConfig = f67.SessionBundleConfig;
export const SessionBundleConfigSchema = message<f67.SessionBundleConfig>('tensorflow.serving.SessionBundleConfig');
export type BatchingParameters = f67.BatchingParameters;
export const BatchingParametersSchema = message<f67.BatchingParameters>('tensorflow.serving.BatchingParameters');

import type * as f68 from './tensorflow_serving/servables/tensorflow/saved_model_bundle_source_adapter_pb.ts';
export type SavedModelBundleSourceAdapterConfig = f68.SavedModelBundleSourceAdapterConfig;
export const SavedModelBundleSourceAdapterConfigSchema = message<f68.SavedModelBundleSourceAdapterConfig>('tensorflow.serving.SavedModelBundleSourceAdapterConfig');

import type * as f69 from './tensorflow_serving/servables/tensorflow/saved_model_config_pb.ts';
export type SessionOverrides = f69.SessionOverrides;
export const SessionOverridesSchema = message<f69.SessionOverrides>('tensorflow.serving.SessionOverrides');
export type SavedModelConfig = f69.SavedModelConfig;
export const SavedModelConfigSchema = message<f69.SavedModelConfig>('tensorflow.serving.SavedModelConfig');

import type * as f70 from './tensorflow_serving/servables/tensorflow/thread_pool_factory_config_pb.ts';
export type ThreadPoolFactoryConfig = f70.ThreadPoolFactoryConfig;
export const ThreadPoolFactoryConfigSchema = message<f70.ThreadPoolFactoryConfig>('tensorflow.serving.ThreadPoolFactoryConfig');
