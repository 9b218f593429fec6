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

import type * as f3 from './serval/model_options_pb.ts';
export type ModelOptions = f3.ModelOptions;
export const ModelOptionsSchema = message<f3.ModelOptions>('serval.ModelOptions');
export type ModelOptions_AspiredVersionPolicy = f3.ModelOptions_AspiredVersionPolicy;
export const ModelOptions_AspiredVersionPolicy = enumValues<typeof f3.ModelOptions_AspiredVersionPolicy>('serval.ModelOptions.AspiredVersionPolicy');
export const ModelOptions_AspiredVersionPolicySchema = enumSchema<f3.ModelOptions_AspiredVersionPolicy>('serval.ModelOptions.AspiredVersionPolicy');
export type ModelOptions_Batching = f3.ModelOptions_Batching;
export const ModelOptions_Batching = enumValues<typeof f3.ModelOptions_Batching>('serval.ModelOptions.Batching');
export const ModelOptions_BatchingSchema = enumSchema<f3.ModelOptions_Batching>('serval.ModelOptions.Batching');

import type * as f4 from './tensorflow/core/example/feature_pb.ts';
export type BytesList = f4.BytesList;
export const BytesListSchema = message<f4.BytesList>('tensorflow.BytesList');
export type FloatList = f4.FloatList;
export const FloatListSchema = message<f4.FloatList>('tensorflow.FloatList');
export type Int64List = f4.Int64List;
export const Int64ListSchema = message<f4.Int64List>('tensorflow.Int64List');
export type Feature = f4.Feature;
export const FeatureSchema = message<f4.Feature>('tensorflow.Feature');
export type Features = f4.Features;
export const FeaturesSchema = message<f4.Features>('tensorflow.Features');
export type FeatureList = f4.FeatureList;
export const FeatureListSchema = message<f4.FeatureList>('tensorflow.FeatureList');
export type FeatureLists = f4.FeatureLists;
export const FeatureListsSchema = message<f4.FeatureLists>('tensorflow.FeatureLists');

import type * as f5 from './tensorflow/core/example/example_pb.ts';
export type Example = f5.Example;
export const ExampleSchema = message<f5.Example>('tensorflow.Example');
export type SequenceExample = f5.SequenceExample;
export const SequenceExampleSchema = message<f5.SequenceExample>('tensorflow.SequenceExample');

import type * as f6 from './tensorflow/core/framework/allocation_description_pb.ts';
export type AllocationDescription = f6.AllocationDescription;
export const AllocationDescriptionSchema = message<f6.AllocationDescription>('tensorflow.AllocationDescription');

import type * as f7 from './tensorflow/core/framework/tensor_shape_pb.ts';
export type TensorShapeProto = f7.TensorShapeProto;
export const TensorShapeProtoSchema = message<f7.TensorShapeProto>('tensorflow.TensorShapeProto');
export type TensorShapeProto_Dim = f7.TensorShapeProto_Dim;
export const TensorShapeProto_DimSchema = message<f7.TensorShapeProto_Dim>('tensorflow.TensorShapeProto.Dim');

import type * as f8 from './tensorflow/core/framework/types_pb.ts';
export type SerializedDType = f8.SerializedDType;
export const SerializedDTypeSchema = message<f8.SerializedDType>('tensorflow.SerializedDType');
export type DataType = f8.DataType;
export const DataType = enumValues<typeof f8.DataType>('tensorflow.DataType');
export const DataTypeSchema = enumSchema<f8.DataType>('tensorflow.DataType');

import type * as f9 from './tensorflow/core/framework/resource_handle_pb.ts';
export type ResourceHandleProto = f9.ResourceHandleProto;
export const ResourceHandleProtoSchema = message<f9.ResourceHandleProto>('tensorflow.ResourceHandleProto');
export type ResourceHandleProto_DtypeAndShape = f9.ResourceHandleProto_DtypeAndShape;
export const ResourceHandleProto_DtypeAndShapeSchema = message<f9.ResourceHandleProto_DtypeAndShape>('tensorflow.ResourceHandleProto.DtypeAndShape');

import type * as f10 from './tensorflow/core/framework/tensor_pb.ts';
export type TensorProto = f10.TensorProto;
export const TensorProtoSchema = message<f10.TensorProto>('tensorflow.TensorProto');
export type VariantTensorDataProto = f10.VariantTensorDataProto;
export const VariantTensorDataProtoSchema = message<f10.VariantTensorDataProto>('tensorflow.VariantTensorDataProto');

import type * as f11 from './tensorflow/core/framework/attr_value_pb.ts';
export type AttrValue = f11.AttrValue;
export const AttrValueSchema = message<f11.AttrValue>('tensorflow.AttrValue');
export type AttrValue_ListValue = f11.AttrValue_ListValue;
export const AttrValue_ListValueSchema = message<f11.AttrValue_ListValue>('tensorflow.AttrValue.ListValue');
export type NameAttrList = f11.NameAttrList;
export const NameAttrListSchema = message<f11.NameAttrList>('tensorflow.NameAttrList');

import type * as f12 from './tensorflow/core/framework/cost_graph_pb.ts';
export type CostGraphDef = f12.CostGraphDef;
export const CostGraphDefSchema = message<f12.CostGraphDef>('tensorflow.CostGraphDef');
export type CostGraphDef_Node = f12.CostGraphDef_Node;
export const CostGraphDef_NodeSchema = message<f12.CostGraphDef_Node>('tensorflow.CostGraphDef.Node');
export type CostGraphDef_Node_InputInfo = f12.CostGraphDef_Node_InputInfo;
export const CostGraphDef_Node_InputInfoSchema = message<f12.CostGraphDef_Node_InputInfo>('tensorflow.CostGraphDef.Node.InputInfo');
export type CostGraphDef_Node_OutputInfo = f12.CostGraphDef_Node_OutputInfo;
export const CostGraphDef_Node_OutputInfoSchema = message<f12.CostGraphDef_Node_OutputInfo>('tensorflow.CostGraphDef.Node.OutputInfo');
export type CostGraphDef_AggregatedCost = f12.CostGraphDef_AggregatedCost;
export const CostGraphDef_AggregatedCostSchema = message<f12.CostGraphDef_AggregatedCost>('tensorflow.CostGraphDef.AggregatedCost');

import type * as f13 from './tensorflow/core/framework/full_type_pb.ts';
export type FullTypeDef = f13.FullTypeDef;
export const FullTypeDefSchema = message<f13.FullTypeDef>('tensorflow.FullTypeDef');
export type FullTypeId = f13.FullTypeId;
export const FullTypeId = enumValues<typeof f13.FullTypeId>('tensorflow.FullTypeId');
export const FullTypeIdSchema = enumSchema<f13.FullTypeId>('tensorflow.FullTypeId');

import type * as f14 from './tensorflow/core/framework/node_def_pb.ts';
export type NodeDef = f14.NodeDef;
export const NodeDefSchema = message<f14.NodeDef>('tensorflow.NodeDef');
export type NodeDef_ExperimentalDebugInfo = f14.NodeDef_ExperimentalDebugInfo;
export const NodeDef_ExperimentalDebugInfoSchema = message<f14.NodeDef_ExperimentalDebugInfo>('tensorflow.NodeDef.ExperimentalDebugInfo');

import type * as f15 from './tensorflow/core/framework/op_def_pb.ts';
export type OpDef = f15.OpDef;
export const OpDefSchema = message<f15.OpDef>('tensorflow.OpDef');
export type OpDef_ArgDef = f15.OpDef_ArgDef;
export const OpDef_ArgDefSchema = message<f15.OpDef_ArgDef>('tensorflow.OpDef.ArgDef');
export type OpDef_AttrDef = f15.OpDef_AttrDef;
export const OpDef_AttrDefSchema = message<f15.OpDef_AttrDef>('tensorflow.OpDef.AttrDef');
export type OpDeprecation = f15.OpDeprecation;
export const OpDeprecationSchema = message<f15.OpDeprecation>('tensorflow.OpDeprecation');
export type OpList = f15.OpList;
export const OpListSchema = message<f15.OpList>('tensorflow.OpList');

import type * as f16 from './tensorflow/core/framework/function_pb.ts';
export type FunctionDefLibrary = f16.FunctionDefLibrary;
export const FunctionDefLibrarySchema = message<f16.FunctionDefLibrary>('tensorflow.FunctionDefLibrary');
export type FunctionDef = f16.FunctionDef;
export const FunctionDefSchema = message<f16.FunctionDef>('tensorflow.FunctionDef');
export type FunctionDef_ArgAttrs = f16.FunctionDef_ArgAttrs;
export const FunctionDef_ArgAttrsSchema = message<f16.FunctionDef_ArgAttrs>('tensorflow.FunctionDef.ArgAttrs');
export type GradientDef = f16.GradientDef;
export const GradientDefSchema = message<f16.GradientDef>('tensorflow.GradientDef');
export type RegisteredGradient = f16.RegisteredGradient;
export const RegisteredGradientSchema = message<f16.RegisteredGradient>('tensorflow.RegisteredGradient');

import type * as f17 from './tensorflow/core/framework/graph_debug_info_pb.ts';
export type GraphDebugInfo = f17.GraphDebugInfo;
export const GraphDebugInfoSchema = message<f17.GraphDebugInfo>('tensorflow.GraphDebugInfo');
export type GraphDebugInfo_FileLineCol = f17.GraphDebugInfo_FileLineCol;
export const GraphDebugInfo_FileLineColSchema = message<f17.GraphDebugInfo_FileLineCol>('tensorflow.GraphDebugInfo.FileLineCol');
export type GraphDebugInfo_StackTrace = f17.GraphDebugInfo_StackTrace;
export const GraphDebugInfo_StackTraceSchema = message<f17.GraphDebugInfo_StackTrace>('tensorflow.GraphDebugInfo.StackTrace');

import type * as f18 from './tensorflow/core/framework/versions_pb.ts';
export type VersionDef = f18.VersionDef;
export const VersionDefSchema = message<f18.VersionDef>('tensorflow.VersionDef');

import type * as f19 from './tensorflow/core/framework/graph_pb.ts';
export type GraphDef = f19.GraphDef;
export const GraphDefSchema = message<f19.GraphDef>('tensorflow.GraphDef');

import type * as f20 from './tensorflow/core/framework/tensor_description_pb.ts';
export type TensorDescription = f20.TensorDescription;
export const TensorDescriptionSchema = message<f20.TensorDescription>('tensorflow.TensorDescription');

import type * as f21 from './tensorflow/core/framework/step_stats_pb.ts';
export type AllocationRecord = f21.AllocationRecord;
export const AllocationRecordSchema = message<f21.AllocationRecord>('tensorflow.AllocationRecord');
export type AllocatorMemoryUsed = f21.AllocatorMemoryUsed;
export const AllocatorMemoryUsedSchema = message<f21.AllocatorMemoryUsed>('tensorflow.AllocatorMemoryUsed');
export type NodeOutput = f21.NodeOutput;
export const NodeOutputSchema = message<f21.NodeOutput>('tensorflow.NodeOutput');
export type MemoryStats = f21.MemoryStats;
export const MemoryStatsSchema = message<f21.MemoryStats>('tensorflow.MemoryStats');
export type NodeExecStats = f21.NodeExecStats;
export const NodeExecStatsSchema = message<f21.NodeExecStats>('tensorflow.NodeExecStats');
export type DeviceStepStats = f21.DeviceStepStats;
export const DeviceStepStatsSchema = message<f21.DeviceStepStats>('tensorflow.DeviceStepStats');
export type StepStats = f21.StepStats;
export const StepStatsSchema = message<f21.StepStats>('tensorflow.StepStats');

import type * as f22 from './tensorflow/core/framework/tensor_slice_pb.ts';
export type TensorSliceProto = f22.TensorSliceProto;
export const TensorSliceProtoSchema = message<f22.TensorSliceProto>('tensorflow.TensorSliceProto');
export type TensorSliceProto_Extent = f22.TensorSliceProto_Extent;
export const TensorSliceProto_ExtentSchema = message<f22.TensorSliceProto_Extent>('tensorflow.TensorSliceProto.Extent');

import type * as f23 from './tensorflow/core/framework/variable_pb.ts';
export type VariableDef = f23.VariableDef;
export const VariableDefSchema = message<f23.VariableDef>('tensorflow.VariableDef');
export type SaveSliceInfoDef = f23.SaveSliceInfoDef;
export const SaveSliceInfoDefSchema = message<f23.SaveSliceInfoDef>('tensorflow.SaveSliceInfoDef');
export type VariableSynchronization = f23.VariableSynchronization;
export const VariableSynchronization = enumValues<typeof f23.VariableSynchronization>('tensorflow.VariableSynchronization');
export const VariableSynchronizationSchema = enumSchema<f23.VariableSynchronization>('tensorflow.VariableSynchronization');
export type VariableAggregation = f23.VariableAggregation;
export const VariableAggregation = enumValues<typeof f23.VariableAggregation>('tensorflow.VariableAggregation');
export const VariableAggregationSchema = enumSchema<f23.VariableAggregation>('tensorflow.VariableAggregation');

import type * as f24 from './tensorflow/core/grappler/optimizers/inference/batch_op_rewriter_pb.ts';
export type BatchOpRewriteConfig = f24.BatchOpRewriteConfig;
export const BatchOpRewriteConfigSchema = message<f24.BatchOpRewriteConfig>('tensorflow.serving.BatchOpRewriteConfig');
export type BatchOpRewriteConfig_AdaptiveBatchSchedulerOption = f24.BatchOpRewriteConfig_AdaptiveBatchSchedulerOption;
export const BatchOpRewriteConfig_AdaptiveBatchSchedulerOptionSchema = message<f24.BatchOpRewriteConfig_AdaptiveBatchSchedulerOption>('tensorflow.serving.BatchOpRewriteConfig.AdaptiveBatchSchedulerOption');
export type BatchOpRewriteConfig_BatchOptions = f24.BatchOpRewriteConfig_BatchOptions;
export const BatchOpRewriteConfig_BatchOptionsSchema = message<f24.BatchOpRewriteConfig_BatchOptions>('tensorflow.serving.BatchOpRewriteConfig.BatchOptions');

import type * as f25 from './tensorflow/core/protobuf/cluster_pb.ts';
export type JobDef = f25.JobDef;
export const JobDefSchema = message<f25.JobDef>('tensorflow.JobDef');
export type ClusterDef = f25.ClusterDef;
export const ClusterDefSchema = message<f25.ClusterDef>('tensorflow.ClusterDef');

import type * as f26 from './xla/tsl/protobuf/coordination_config_pb.ts';
export type CoordinatedJob = f26.CoordinatedJob;
export const CoordinatedJobSchema = message<f26.CoordinatedJob>('tensorflow.CoordinatedJob');
export type CoordinationServiceConfig = f26.CoordinationServiceConfig;
export const CoordinationServiceConfigSchema = message<f26.CoordinationServiceConfig>('tensorflow.CoordinationServiceConfig');

import type * as f27 from './tensorflow/core/protobuf/debug_pb.ts';
export type DebugTensorWatch = f27.DebugTensorWatch;
export const DebugTensorWatchSchema = message<f27.DebugTensorWatch>('tensorflow.DebugTensorWatch');
export type DebugOptions = f27.DebugOptions;
export const DebugOptionsSchema = message<f27.DebugOptions>('tensorflow.DebugOptions');
export type DebuggedSourceFile = f27.DebuggedSourceFile;
export const DebuggedSourceFileSchema = message<f27.DebuggedSourceFile>('tensorflow.DebuggedSourceFile');
export type DebuggedSourceFiles = f27.DebuggedSourceFiles;
export const DebuggedSourceFilesSchema = message<f27.DebuggedSourceFiles>('tensorflow.DebuggedSourceFiles');

import type * as f28 from './tensorflow/core/protobuf/verifier_config_pb.ts';
export type VerifierConfig = f28.VerifierConfig;
export const VerifierConfigSchema = message<f28.VerifierConfig>('tensorflow.VerifierConfig');
export type VerifierConfig_Toggle = f28.VerifierConfig_Toggle;
export const VerifierConfig_Toggle = enumValues<typeof f28.VerifierConfig_Toggle>('tensorflow.VerifierConfig.Toggle');
export const VerifierConfig_ToggleSchema = enumSchema<f28.VerifierConfig_Toggle>('tensorflow.VerifierConfig.Toggle');

import type * as f29 from './tensorflow/core/protobuf/rewriter_config_pb.ts';
export type AutoParallelOptions = f29.AutoParallelOptions;
export const AutoParallelOptionsSchema = message<f29.AutoParallelOptions>('tensorflow.AutoParallelOptions');
export type ScopedAllocatorOptions = f29.ScopedAllocatorOptions;
export const ScopedAllocatorOptionsSchema = message<f29.ScopedAllocatorOptions>('tensorflow.ScopedAllocatorOptions');
export type RewriterConfig = f29.RewriterConfig;
export const RewriterConfigSchema = message<f29.RewriterConfig>('tensorflow.RewriterConfig');
export type RewriterConfig_CustomGraphOptimizer = f29.RewriterConfig_CustomGraphOptimizer;
export const RewriterConfig_CustomGraphOptimizerSchema = message<f29.RewriterConfig_CustomGraphOptimizer>('tensorflow.RewriterConfig.CustomGraphOptimizer');
export type RewriterConfig_Toggle = f29.RewriterConfig_Toggle;
export const RewriterConfig_Toggle = enumValues<typeof f29.RewriterConfig_Toggle>('tensorflow.RewriterConfig.Toggle');
export const RewriterConfig_ToggleSchema = enumSchema<f29.RewriterConfig_Toggle>('tensorflow.RewriterConfig.Toggle');
export type RewriterConfig_CpuLayout = f29.RewriterConfig_CpuLayout;
export const RewriterConfig_CpuLayout = enumValues<typeof f29.RewriterConfig_CpuLayout>('tensorflow.RewriterConfig.CpuLayout');
export const RewriterConfig_CpuLayoutSchema = enumSchema<f29.RewriterConfig_CpuLayout>('tensorflow.RewriterConfig.CpuLayout');
export type RewriterConfig_NumIterationsType = f29.RewriterConfig_NumIterationsType;
export const RewriterConfig_NumIterationsType = enumValues<typeof f29.RewriterConfig_NumIterationsType>('tensorflow.RewriterConfig.NumIterationsType');
export const RewriterConfig_NumIterationsTypeSchema = enumSchema<f29.RewriterConfig_NumIterationsType>('tensorflow.RewriterConfig.NumIterationsType');
export type RewriterConfig_MemOptType = f29.RewriterConfig_MemOptType;
export const RewriterConfig_MemOptType = enumValues<typeof f29.RewriterConfig_MemOptType>('tensorflow.RewriterConfig.MemOptType');
export const RewriterConfig_MemOptTypeSchema = enumSchema<f29.RewriterConfig_MemOptType>('tensorflow.RewriterConfig.MemOptType');

import type * as f30 from './xla/tsl/protobuf/rpc_options_pb.ts';
export type RPCOptions = f30.RPCOptions;
export const RPCOptionsSchema = message<f30.RPCOptions>('tensorflow.RPCOptions');

import type * as f32 from './tensorflow/core/protobuf/config_pb.ts';
export type GPUOptions = f32.GPUOptions;
export const GPUOptionsSchema = message<f32.GPUOptions>('tensorflow.GPUOptions');
export type GPUOptions_Experimental = f32.GPUOptions_Experimental;
export const GPUOptions_ExperimentalSchema = message<f32.GPUOptions_Experimental>('tensorflow.GPUOptions.Experimental');
export type GPUOptions_Experimental_VirtualDevices = f32.GPUOptions_Experimental_VirtualDevices;
export const GPUOptions_Experimental_VirtualDevicesSchema = message<f32.GPUOptions_Experimental_VirtualDevices>('tensorflow.GPUOptions.Experimental.VirtualDevices');
export type GPUOptions_Experimental_StreamMergeOptions = f32.GPUOptions_Experimental_StreamMergeOptions;
export const GPUOptions_Experimental_StreamMergeOptionsSchema = message<f32.GPUOptions_Experimental_StreamMergeOptions>('tensorflow.GPUOptions.Experimental.StreamMergeOptions');
export type OptimizerOptions = f32.OptimizerOptions;
export const OptimizerOptionsSchema = message<f32.OptimizerOptions>('tensorflow.OptimizerOptions');
export type GraphOptions = f32.GraphOptions;
export const GraphOptionsSchema = message<f32.GraphOptions>('tensorflow.GraphOptions');
export type ThreadPoolOptionProto = f32.ThreadPoolOptionProto;
export const ThreadPoolOptionProtoSchema = message<f32.ThreadPoolOptionProto>('tensorflow.ThreadPoolOptionProto');
export type SessionMetadata = f32.SessionMetadata;
export const SessionMetadataSchema = message<f32.SessionMetadata>('tensorflow.SessionMetadata');
export type ConfigProto = f32.ConfigProto;
export const ConfigProtoSchema = message<f32.ConfigProto>('tensorflow.ConfigProto');
export type ConfigProto_Experimental = f32.ConfigProto_Experimental;
export const ConfigProto_ExperimentalSchema = message<f32.ConfigProto_Experimental>('tensorflow.ConfigProto.Experimental');
export type RunOptions = f32.RunOptions;
export const RunOptionsSchema = message<f32.RunOptions>('tensorflow.RunOptions');
export type RunOptions_Experimental = f32.RunOptions_Experimental;
export const RunOptions_ExperimentalSchema = message<f32.RunOptions_Experimental>('tensorflow.RunOptions.Experimental');
export type RunOptions_Experimental_RunHandlerPoolOptions = f32.RunOptions_Experimental_RunHandlerPoolOptions;
export const RunOptions_Experimental_RunHandlerPoolOptionsSchema = message<f32.RunOptions_Experimental_RunHandlerPoolOptions>('tensorflow.RunOptions.Experimental.RunHandlerPoolOptions');
export type RunMetadata = f32.RunMetadata;
export const RunMetadataSchema = message<f32.RunMetadata>('tensorflow.RunMetadata');
export type RunMetadata_FunctionGraphs = f32.RunMetadata_FunctionGraphs;
export const RunMetadata_FunctionGraphsSchema = message<f32.RunMetadata_FunctionGraphs>('tensorflow.RunMetadata.FunctionGraphs');
export type TensorConnection = f32.TensorConnection;
export const TensorConnectionSchema = message<f32.TensorConnection>('tensorflow.TensorConnection');
export type CallableOptions = f32.CallableOptions;
export const CallableOptionsSchema = message<f32.CallableOptions>('tensorflow.CallableOptions');
export type BatchingOptions = f32.BatchingOptions;
export const BatchingOptionsSchema = message<f32.BatchingOptions>('tensorflow.BatchingOptions');
export type OptimizerOptions_Level = f32.OptimizerOptions_Level;
export const OptimizerOptions_Level = enumValues<typeof f32.OptimizerOptions_Level>('tensorflow.OptimizerOptions.Level');
export const OptimizerOptions_LevelSchema = enumSchema<f32.OptimizerOptions_Level>('tensorflow.OptimizerOptions.Level');
export type OptimizerOptions_GlobalJitLevel = f32.OptimizerOptions_GlobalJitLevel;
export const OptimizerOptions_GlobalJitLevel = enumValues<typeof f32.OptimizerOptions_GlobalJitLevel>('tensorflow.OptimizerOptions.GlobalJitLevel');
export const OptimizerOptions_GlobalJitLevelSchema = enumSchema<f32.OptimizerOptions_GlobalJitLevel>('tensorflow.OptimizerOptions.GlobalJitLevel');
export type ConfigProto_Experimental_MlirBridgeRollout = f32.ConfigProto_Experimental_MlirBridgeRollout;
export const ConfigProto_Experimental_MlirBridgeRollout = enumValues<typeof f32.ConfigProto_Experimental_MlirBridgeRollout>('tensorflow.ConfigProto.Experimental.MlirBridgeRollout');
export const ConfigProto_Experimental_MlirBridgeRolloutSchema = enumSchema<f32.ConfigProto_Experimental_MlirBridgeRollout>('tensorflow.ConfigProto.Experimental.MlirBridgeRollout');
export type RunOptions_TraceLevel = f32.RunOptions_TraceLevel;
export const RunOptions_TraceLevel = enumValues<typeof f32.RunOptions_TraceLevel>('tensorflow.RunOptions.TraceLevel');
export const RunOptions_TraceLevelSchema = enumSchema<f32.RunOptions_TraceLevel>('tensorflow.RunOptions.TraceLevel');

import type * as f33 from './xla/tsl/protobuf/error_codes_pb.ts';
export type Code = f33.Code;
export const Code = enumValues<typeof f33.Code>('tensorflow.error.Code');
export const CodeSchema = enumSchema<f33.Code>('tensorflow.error.Code');

import type * as f35 from './tensorflow/core/protobuf/fingerprint_pb.ts';
export type FingerprintDef = f35.FingerprintDef;
export const FingerprintDefSchema = message<f35.FingerprintDef>('tensorflow.FingerprintDef');

import type * as f36 from './tensorflow/core/protobuf/struct_pb.ts';
export type StructuredValue = f36.StructuredValue;
export const StructuredValueSchema = message<f36.StructuredValue>('tensorflow.StructuredValue');
export type NoneValue = f36.NoneValue;
export const NoneValueSchema = message<f36.NoneValue>('tensorflow.NoneValue');
export type ListValue = f36.ListValue;
export const ListValueSchema = message<f36.ListValue>('tensorflow.ListValue');
export type TupleValue = f36.TupleValue;
export const TupleValueSchema = message<f36.TupleValue>('tensorflow.TupleValue');
export type DictValue = f36.DictValue;
export const DictValueSchema = message<f36.DictValue>('tensorflow.DictValue');
export type PairValue = f36.PairValue;
export const PairValueSchema = message<f36.PairValue>('tensorflow.PairValue');
export type NamedTupleValue = f36.NamedTupleValue;
export const NamedTupleValueSchema = message<f36.NamedTupleValue>('tensorflow.NamedTupleValue');
export type TensorSpecProto = f36.TensorSpecProto;
export const TensorSpecProtoSchema = message<f36.TensorSpecProto>('tensorflow.TensorSpecProto');
export type BoundedTensorSpecProto = f36.BoundedTensorSpecProto;
export const BoundedTensorSpecProtoSchema = message<f36.BoundedTensorSpecProto>('tensorflow.BoundedTensorSpecProto');
export type TypeSpecProto = f36.TypeSpecProto;
export const TypeSpecProtoSchema = message<f36.TypeSpecProto>('tensorflow.TypeSpecProto');
export type TypeSpecProto_TypeSpecClass = f36.TypeSpecProto_TypeSpecClass;
export const TypeSpecProto_TypeSpecClass = enumValues<typeof f36.TypeSpecProto_TypeSpecClass>('tensorflow.TypeSpecProto.TypeSpecClass');
export const TypeSpecProto_TypeSpecClassSchema = enumSchema<f36.TypeSpecProto_TypeSpecClass>('tensorflow.TypeSpecProto.TypeSpecClass');

import type * as f37 from './tensorflow/core/protobuf/trackable_object_graph_pb.ts';
export type TrackableObjectGraph = f37.TrackableObjectGraph;
export const TrackableObjectGraphSchema = message<f37.TrackableObjectGraph>('tensorflow.TrackableObjectGraph');
export type TrackableObjectGraph_TrackableObject = f37.TrackableObjectGraph_TrackableObject;
export const TrackableObjectGraph_TrackableObjectSchema = message<f37.TrackableObjectGraph_TrackableObject>('tensorflow.TrackableObjectGraph.TrackableObject');
export type TrackableObjectGraph_TrackableObject_ObjectReference = f37.TrackableObjectGraph_TrackableObject_ObjectReference;
export const TrackableObjectGraph_TrackableObject_ObjectReferenceSchema = message<f37.TrackableObjectGraph_TrackableObject_ObjectReference>('tensorflow.TrackableObjectGraph.TrackableObject.ObjectReference');
export type TrackableObjectGraph_TrackableObject_SerializedTensor = f37.TrackableObjectGraph_TrackableObject_SerializedTensor;
export const TrackableObjectGraph_TrackableObject_SerializedTensorSchema = message<f37.TrackableObjectGraph_TrackableObject_SerializedTensor>('tensorflow.TrackableObjectGraph.TrackableObject.SerializedTensor');
export type TrackableObjectGraph_TrackableObject_SlotVariableReference = f37.TrackableObjectGraph_TrackableObject_SlotVariableReference;
export const TrackableObjectGraph_TrackableObject_SlotVariableReferenceSchema = message<f37.TrackableObjectGraph_TrackableObject_SlotVariableReference>('tensorflow.TrackableObjectGraph.TrackableObject.SlotVariableReference');
export type RegisteredSaver = f37.RegisteredSaver;
export const RegisteredSaverSchema = message<f37.RegisteredSaver>('tensorflow.RegisteredSaver');

import type * as f38 from './tensorflow/core/protobuf/saved_object_graph_pb.ts';
export type SavedObjectGraph = f38.SavedObjectGraph;
export const SavedObjectGraphSchema = message<f38.SavedObjectGraph>('tensorflow.SavedObjectGraph');
export type SavedObject = f38.SavedObject;
export const SavedObjectSchema = message<f38.SavedObject>('tensorflow.SavedObject');
export type SavedUserObject = f38.SavedUserObject;
export const SavedUserObjectSchema = message<f38.SavedUserObject>('tensorflow.SavedUserObject');
export type SavedAsset = f38.SavedAsset;
export const SavedAssetSchema = message<f38.SavedAsset>('tensorflow.SavedAsset');
export type SavedFunction = f38.SavedFunction;
export const SavedFunctionSchema = message<f38.SavedFunction>('tensorflow.SavedFunction');
export type CapturedTensor = f38.CapturedTensor;
export const CapturedTensorSchema = message<f38.CapturedTensor>('tensorflow.CapturedTensor');
export type SavedConcreteFunction = f38.SavedConcreteFunction;
export const SavedConcreteFunctionSchema = message<f38.SavedConcreteFunction>('tensorflow.SavedConcreteFunction');
export type SavedBareConcreteFunction = f38.SavedBareConcreteFunction;
export const SavedBareConcreteFunctionSchema = message<f38.SavedBareConcreteFunction>('tensorflow.SavedBareConcreteFunction');
export type SavedConstant = f38.SavedConstant;
export const SavedConstantSchema = message<f38.SavedConstant>('tensorflow.SavedConstant');
export type SavedVariable = f38.SavedVariable;
export const SavedVariableSchema = message<f38.SavedVariable>('tensorflow.SavedVariable');
export type FunctionSpec = f38.FunctionSpec;
export const FunctionSpecSchema = message<f38.FunctionSpec>('tensorflow.FunctionSpec');
export type SavedResource = f38.SavedResource;
export const SavedResourceSchema = message<f38.SavedResource>('tensorflow.SavedResource');
export type SaveableObject = f38.SaveableObject;
export const SaveableObjectSchema = message<f38.SaveableObject>('tensorflow.SaveableObject');
export type FunctionSpec_JitCompile = f38.FunctionSpec_JitCompile;
export const FunctionSpec_JitCompile = enumValues<typeof f38.FunctionSpec_JitCompile>('tensorflow.FunctionSpec.JitCompile');
export const FunctionSpec_JitCompileSchema = enumSchema<f38.FunctionSpec_JitCompile>('tensorflow.FunctionSpec.JitCompile');

import type * as f39 from './tensorflow/core/protobuf/saver_pb.ts';
export type SaverDef = f39.SaverDef;
export const SaverDefSchema = message<f39.SaverDef>('tensorflow.SaverDef');
export type SaverDef_CheckpointFormatVersion = f39.SaverDef_CheckpointFormatVersion;
export const SaverDef_CheckpointFormatVersion = enumValues<typeof f39.SaverDef_CheckpointFormatVersion>('tensorflow.SaverDef.CheckpointFormatVersion');
export const SaverDef_CheckpointFormatVersionSchema = enumSchema<f39.SaverDef_CheckpointFormatVersion>('tensorflow.SaverDef.CheckpointFormatVersion');

import type * as f40 from './tensorflow/core/protobuf/meta_graph_pb.ts';
export type MetaGraphDef = f40.MetaGraphDef;
export const MetaGraphDefSchema = message<f40.MetaGraphDef>('tensorflow.MetaGraphDef');
export type MetaGraphDef_MetaInfoDef = f40.MetaGraphDef_MetaInfoDef;
export const MetaGraphDef_MetaInfoDefSchema = message<f40.MetaGraphDef_MetaInfoDef>('tensorflow.MetaGraphDef.MetaInfoDef');
export type CollectionDef = f40.CollectionDef;
export const CollectionDefSchema = message<f40.CollectionDef>('tensorflow.CollectionDef');
export type CollectionDef_NodeList = f40.CollectionDef_NodeList;
export const CollectionDef_NodeListSchema = message<f40.CollectionDef_NodeList>('tensorflow.CollectionDef.NodeList');
export type CollectionDef_BytesList = f40.CollectionDef_BytesList;
export const CollectionDef_BytesListSchema = message<f40.CollectionDef_BytesList>('tensorflow.CollectionDef.BytesList');
export type CollectionDef_Int64List = f40.CollectionDef_Int64List;
export const CollectionDef_Int64ListSchema = message<f40.CollectionDef_Int64List>('tensorflow.CollectionDef.Int64List');
export type CollectionDef_FloatList = f40.CollectionDef_FloatList;
export const CollectionDef_FloatListSchema = message<f40.CollectionDef_FloatList>('tensorflow.CollectionDef.FloatList');
export type CollectionDef_AnyList = f40.CollectionDef_AnyList;
export const CollectionDef_AnyListSchema = message<f40.CollectionDef_AnyList>('tensorflow.CollectionDef.AnyList');
export type TensorInfo = f40.TensorInfo;
export const TensorInfoSchema = message<f40.TensorInfo>('tensorflow.TensorInfo');
export type TensorInfo_CooSparse = f40.TensorInfo_CooSparse;
export const TensorInfo_CooSparseSchema = message<f40.TensorInfo_CooSparse>('tensorflow.TensorInfo.CooSparse');
export type TensorInfo_CompositeTensor = f40.TensorInfo_CompositeTensor;
export const TensorInfo_CompositeTensorSchema = message<f40.TensorInfo_CompositeTensor>('tensorflow.TensorInfo.CompositeTensor');
export type SignatureDef = f40.SignatureDef;
export const SignatureDefSchema = message<f40.SignatureDef>('tensorflow.SignatureDef');
export type AssetFileDef = f40.AssetFileDef;
export const AssetFileDefSchema = message<f40.AssetFileDef>('tensorflow.AssetFileDef');

import type * as f41 from './tensorflow/core/protobuf/named_tensor_pb.ts';
export type NamedTensorProto = f41.NamedTensorProto;
export const NamedTensorProtoSchema = message<f41.NamedTensorProto>('tensorflow.NamedTensorProto');

import type * as f42 from './tensorflow/core/protobuf/saved_model_pb.ts';
export type SavedModel = f42.SavedModel;
export const SavedModelSchema = message<f42.SavedModel>('tensorflow.SavedModel');

import type * as f43 from './tensorflow/core/protobuf/tensor_bundle_pb.ts';
export type BundleHeaderProto = f43.BundleHeaderProto;
export const BundleHeaderProtoSchema = message<f43.BundleHeaderProto>('tensorflow.BundleHeaderProto');
export type BundleEntryProto = f43.BundleEntryProto;
export const BundleEntryProtoSchema = message<f43.BundleEntryProto>('tensorflow.BundleEntryProto');
export type BundleHeaderProto_Endianness = f43.BundleHeaderProto_Endianness;
export const BundleHeaderProto_Endianness = enumValues<typeof f43.BundleHeaderProto_Endianness>('tensorflow.BundleHeaderProto.Endianness');
export const BundleHeaderProto_EndiannessSchema = enumSchema<f43.BundleHeaderProto_Endianness>('tensorflow.BundleHeaderProto.Endianness');

import type * as f44 from './tensorflow/core/tfrt/graph_executor/config_pb.ts';
export type RuntimeConfigProto = f44.RuntimeConfigProto;
export const RuntimeConfigProtoSchema = message<f44.RuntimeConfigProto>('tensorflow.tfrt_stub.RuntimeConfigProto');

import type * as f45 from './tensorflow_serving/apis/input_pb.ts';
export type ExampleList = f45.ExampleList;
export const ExampleListSchema = message<f45.ExampleList>('tensorflow.serving.ExampleList');
export type ExampleListWithContext = f45.ExampleListWithContext;
export const ExampleListWithContextSchema = message<f45.ExampleListWithContext>('tensorflow.serving.ExampleListWithContext');
export type Input = f45.Input;
export const InputSchema = message<f45.Input>('tensorflow.serving.Input');

import type * as f46 from './tensorflow_serving/apis/model_pb.ts';
export type ModelSpec = f46.ModelSpec;
export const ModelSpecSchema = message<f46.ModelSpec>('tensorflow.serving.ModelSpec');

import type * as f47 from './tensorflow_serving/apis/classification_pb.ts';
export type Class = f47.Class;
export const ClassSchema = message<f47.Class>('tensorflow.serving.Class');
export type Classifications = f47.Classifications;
export const ClassificationsSchema = message<f47.Classifications>('tensorflow.serving.Classifications');
export type ClassificationResult = f47.ClassificationResult;
export const ClassificationResultSchema = message<f47.ClassificationResult>('tensorflow.serving.ClassificationResult');
export type ClassificationRequest = f47.ClassificationRequest;
export const ClassificationRequestSchema = message<f47.ClassificationRequest>('tensorflow.serving.ClassificationRequest');
export type ClassificationResponse = f47.ClassificationResponse;
export const ClassificationResponseSchema = message<f47.ClassificationResponse>('tensorflow.serving.ClassificationResponse');

import type * as f48 from './tensorflow_serving/apis/get_model_metadata_pb.ts';
export type SignatureDefMap = f48.SignatureDefMap;
export const SignatureDefMapSchema = message<f48.SignatureDefMap>('tensorflow.serving.SignatureDefMap');
export type GetModelMetadataRequest = f48.GetModelMetadataRequest;
export const GetModelMetadataRequestSchema = message<f48.GetModelMetadataRequest>('tensorflow.serving.GetModelMetadataRequest');
export type GetModelMetadataResponse = f48.GetModelMetadataResponse;
export const GetModelMetadataResponseSchema = message<f48.GetModelMetadataResponse>('tensorflow.serving.GetModelMetadataResponse');

import type * as f49 from './tensorflow_serving/apis/status_pb.ts';
export type StatusProto = f49.StatusProto;
export const StatusProtoSchema = message<f49.StatusProto>('tensorflow.serving.StatusProto');

import type * as f50 from './tensorflow_serving/apis/get_model_status_pb.ts';
export type GetModelStatusRequest = f50.GetModelStatusRequest;
export const GetModelStatusRequestSchema = message<f50.GetModelStatusRequest>('tensorflow.serving.GetModelStatusRequest');
export type ModelVersionStatus = f50.ModelVersionStatus;
export const ModelVersionStatusSchema = message<f50.ModelVersionStatus>('tensorflow.serving.ModelVersionStatus');
export type GetModelStatusResponse = f50.GetModelStatusResponse;
export const GetModelStatusResponseSchema = message<f50.GetModelStatusResponse>('tensorflow.serving.GetModelStatusResponse');
export type ModelVersionStatus_State = f50.ModelVersionStatus_State;
export const ModelVersionStatus_State = enumValues<typeof f50.ModelVersionStatus_State>('tensorflow.serving.ModelVersionStatus.State');
export const ModelVersionStatus_StateSchema = enumSchema<f50.ModelVersionStatus_State>('tensorflow.serving.ModelVersionStatus.State');

import type * as f51 from './tensorflow_serving/apis/regression_pb.ts';
export type Regression = f51.Regression;
export const RegressionSchema = message<f51.Regression>('tensorflow.serving.Regression');
export type RegressionResult = f51.RegressionResult;
export const RegressionResultSchema = message<f51.RegressionResult>('tensorflow.serving.RegressionResult');
export type RegressionRequest = f51.RegressionRequest;
export const RegressionRequestSchema = message<f51.RegressionRequest>('tensorflow.serving.RegressionRequest');
export type RegressionResponse = f51.RegressionResponse;
export const RegressionResponseSchema = message<f51.RegressionResponse>('tensorflow.serving.RegressionResponse');

import type * as f52 from './tensorflow_serving/apis/inference_pb.ts';
export type InferenceTask = f52.InferenceTask;
export const InferenceTaskSchema = message<f52.InferenceTask>('tensorflow.serving.InferenceTask');
export type InferenceResult = f52.InferenceResult;
export const InferenceResultSchema = message<f52.InferenceResult>('tensorflow.serving.InferenceResult');
export type MultiInferenceRequest = f52.MultiInferenceRequest;
export const MultiInferenceRequestSchema = message<f52.MultiInferenceRequest>('tensorflow.serving.MultiInferenceRequest');
export type MultiInferenceResponse = f52.MultiInferenceResponse;
export const MultiInferenceResponseSchema = message<f52.MultiInferenceResponse>('tensorflow.serving.MultiInferenceResponse');

import type * as f53 from './tensorflow_serving/config/log_collector_config_pb.ts';
export type LogCollectorConfig = f53.LogCollectorConfig;
export const LogCollectorConfigSchema = message<f53.LogCollectorConfig>('tensorflow.serving.LogCollectorConfig');

import type * as f54 from './tensorflow_serving/config/logging_config_pb.ts';
export type PerTaskSamplingConfig = f54.PerTaskSamplingConfig;
export const PerTaskSamplingConfigSchema = message<f54.PerTaskSamplingConfig>('tensorflow.serving.PerTaskSamplingConfig');
export type SamplingConfig = f54.SamplingConfig;
export const SamplingConfigSchema = message<f54.SamplingConfig>('tensorflow.serving.SamplingConfig');
export type LoggingConfig = f54.LoggingConfig;
export const LoggingConfigSchema = message<f54.LoggingConfig>('tensorflow.serving.LoggingConfig');
export type SamplingConfig_Attributes = f54.SamplingConfig_Attributes;
export const SamplingConfig_Attributes = enumValues<typeof f54.SamplingConfig_Attributes>('tensorflow.serving.SamplingConfig.Attributes');
export const SamplingConfig_AttributesSchema = enumSchema<f54.SamplingConfig_Attributes>('tensorflow.serving.SamplingConfig.Attributes');

import type * as f55 from './tensorflow_serving/apis/logging_pb.ts';
export type LogMetadata = f55.LogMetadata;
export const LogMetadataSchema = message<f55.LogMetadata>('tensorflow.serving.LogMetadata');

import type * as f56 from './tensorflow_serving/config/file_system_storage_path_source_pb.ts';
export type FileSystemStoragePathSourceConfig = f56.FileSystemStoragePathSourceConfig;
export const FileSystemStoragePathSourceConfigSchema = message<f56.FileSystemStoragePathSourceConfig>('tensorflow.serving.FileSystemStoragePathSourceConfig');
export type FileSystemStoragePathSourceConfig_ServableVersionPolicy = f56.FileSystemStoragePathSourceConfig_ServableVersionPolicy;
export const FileSystemStoragePathSourceConfig_ServableVersionPolicySchema = message<f56.FileSystemStoragePathSourceConfig_ServableVersionPolicy>('tensorflow.serving.FileSystemStoragePathSourceConfig.ServableVersionPolicy');
export type FileSystemStoragePathSourceConfig_ServableVersionPolicy_Latest = f56.FileSystemStoragePathSourceConfig_ServableVersionPolicy_Latest;
export const FileSystemStoragePathSourceConfig_ServableVersionPolicy_LatestSchema = message<f56.FileSystemStoragePathSourceConfig_ServableVersionPolicy_Latest>('tensorflow.serving.FileSystemStoragePathSourceConfig.ServableVersionPolicy.Latest');
export type FileSystemStoragePathSourceConfig_ServableVersionPolicy_All = f56.FileSystemStoragePathSourceConfig_ServableVersionPolicy_All;
export const FileSystemStoragePathSourceConfig_ServableVersionPolicy_AllSchema = message<f56.FileSystemStoragePathSourceConfig_ServableVersionPolicy_All>('tensorflow.serving.FileSystemStoragePathSourceConfig.ServableVersionPolicy.All');
export type FileSystemStoragePathSourceConfig_ServableVersionPolicy_Specific = f56.FileSystemStoragePathSourceConfig_ServableVersionPolicy_Specific;
export const FileSystemStoragePathSourceConfig_ServableVersionPolicy_SpecificSchema = message<f56.FileSystemStoragePathSourceConfig_ServableVersionPolicy_Specific>('tensorflow.serving.FileSystemStoragePathSourceConfig.ServableVersionPolicy.Specific');
export type FileSystemStoragePathSourceConfig_ServableToMonitor = f56.FileSystemStoragePathSourceConfig_ServableToMonitor;
export const FileSystemStoragePathSourceConfig_ServableToMonitorSchema = message<f56.FileSystemStoragePathSourceConfig_ServableToMonitor>('tensorflow.serving.FileSystemStoragePathSourceConfig.ServableToMonitor');

import type * as f57 from './tensorflow_serving/config/model_server_config_pb.ts';
export type ModelConfig = f57.ModelConfig;
export const ModelConfigSchema = message<f57.ModelConfig>('tensorflow.serving.ModelConfig');
export type ModelConfigList = f57.ModelConfigList;
export const ModelConfigListSchema = message<f57.ModelConfigList>('tensorflow.serving.ModelConfigList');
export type ModelServerConfig = f57.ModelServerConfig;
export const ModelServerConfigSchema = message<f57.ModelServerConfig>('tensorflow.serving.ModelServerConfig');
export type ModelType = f57.ModelType;
export const ModelType = enumValues<typeof f57.ModelType>('tensorflow.serving.ModelType');
export const ModelTypeSchema = enumSchema<f57.ModelType>('tensorflow.serving.ModelType');

import type * as f58 from './tensorflow_serving/apis/model_management_pb.ts';
export type ReloadConfigRequest = f58.ReloadConfigRequest;
export const ReloadConfigRequestSchema = message<f58.ReloadConfigRequest>('tensorflow.serving.ReloadConfigRequest');
export type ReloadConfigResponse = f58.ReloadConfigResponse;
export const ReloadConfigResponseSchema = message<f58.ReloadConfigResponse>('tensorflow.serving.ReloadConfigResponse');
export type Metric = f58.Metric;
export const MetricSchema = message<f58.Metric>('tensorflow.serving.Metric');

import type * as f59 from './tensorflow_serving/apis/model_service_pb.ts';
export const ModelService = service<typeof f59.ModelService>('tensorflow.serving.ModelService');

import type * as f60 from './tensorflow_serving/apis/predict_pb.ts';
export type PredictRequest = f60.PredictRequest;
export const PredictRequestSchema = message<f60.PredictRequest>('tensorflow.serving.PredictRequest');
export type PredictRequest_RequestOptions = f60.PredictRequest_RequestOptions;
export const PredictRequest_RequestOptionsSchema = message<f60.PredictRequest_RequestOptions>('tensorflow.serving.PredictRequest.RequestOptions');
export type PredictRequest_RequestOptions_Handshake = f60.PredictRequest_RequestOptions_Handshake;
export const PredictRequest_RequestOptions_HandshakeSchema = message<f60.PredictRequest_RequestOptions_Handshake>('tensorflow.serving.PredictRequest.RequestOptions.Handshake');
export type PredictStreamedOptions = f60.PredictStreamedOptions;
export const PredictStreamedOptionsSchema = message<f60.PredictStreamedOptions>('tensorflow.serving.PredictStreamedOptions');
export type PredictResponse = f60.PredictResponse;
export const PredictResponseSchema = message<f60.PredictResponse>('tensorflow.serving.PredictResponse');
export type PredictRequest_RequestOptions_DeterministicMode = f60.PredictRequest_RequestOptions_DeterministicMode;
export const PredictRequest_RequestOptions_DeterministicMode = enumValues<typeof f60.PredictRequest_RequestOptions_DeterministicMode>('tensorflow.serving.PredictRequest.RequestOptions.DeterministicMode');
export const PredictRequest_RequestOptions_DeterministicModeSchema = enumSchema<f60.PredictRequest_RequestOptions_DeterministicMode>('tensorflow.serving.PredictRequest.RequestOptions.DeterministicMode');
export type PredictStreamedOptions_RequestState = f60.PredictStreamedOptions_RequestState;
export const PredictStreamedOptions_RequestState = enumValues<typeof f60.PredictStreamedOptions_RequestState>('tensorflow.serving.PredictStreamedOptions.RequestState');
export const PredictStreamedOptions_RequestStateSchema = enumSchema<f60.PredictStreamedOptions_RequestState>('tensorflow.serving.PredictStreamedOptions.RequestState');

import type * as f61 from './tensorflow_serving/apis/session_service_pb.ts';
export type SessionRunRequest = f61.SessionRunRequest;
export const SessionRunRequestSchema = message<f61.SessionRunRequest>('tensorflow.serving.SessionRunRequest');
export type SessionRunResponse = f61.SessionRunResponse;
export const SessionRunResponseSchema = message<f61.SessionRunResponse>('tensorflow.serving.SessionRunResponse');
export const SessionService = service<typeof f61.SessionService>('tensorflow.serving.SessionService');

import type * as f62 from './tensorflow_serving/apis/prediction_log_pb.ts';
export type ClassifyLog = f62.ClassifyLog;
export const ClassifyLogSchema = message<f62.ClassifyLog>('tensorflow.serving.ClassifyLog');
export type RegressLog = f62.RegressLog;
export const RegressLogSchema = message<f62.RegressLog>('tensorflow.serving.RegressLog');
export type PredictLog = f62.PredictLog;
export const PredictLogSchema = message<f62.PredictLog>('tensorflow.serving.PredictLog');
export type PredictStreamedLog = f62.PredictStreamedLog;
export const PredictStreamedLogSchema = message<f62.PredictStreamedLog>('tensorflow.serving.PredictStreamedLog');
export type MultiInferenceLog = f62.MultiInferenceLog;
export const MultiInferenceLogSchema = message<f62.MultiInferenceLog>('tensorflow.serving.MultiInferenceLog');
export type SessionRunLog = f62.SessionRunLog;
export const SessionRunLogSchema = message<f62.SessionRunLog>('tensorflow.serving.SessionRunLog');
export type PredictionLog = f62.PredictionLog;
export const PredictionLogSchema = message<f62.PredictionLog>('tensorflow.serving.PredictionLog');

import type * as f63 from './tensorflow_serving/apis/prediction_service_pb.ts';
export const PredictionService = service<typeof f63.PredictionService>('tensorflow.serving.PredictionService');

import type * as f64 from './tensorflow_serving/config/monitoring_config_pb.ts';
export type PrometheusConfig = f64.PrometheusConfig;
export const PrometheusConfigSchema = message<f64.PrometheusConfig>('tensorflow.serving.PrometheusConfig');
export type MonitoringConfig = f64.MonitoringConfig;
export const MonitoringConfigSchema = message<f64.MonitoringConfig>('tensorflow.serving.MonitoringConfig');

import type * as f65 from './tensorflow_serving/config/platform_config_pb.ts';
export type PlatformConfig = f65.PlatformConfig;
export const PlatformConfigSchema = message<f65.PlatformConfig>('tensorflow.serving.PlatformConfig');
export type PlatformConfigMap = f65.PlatformConfigMap;
export const PlatformConfigMapSchema = message<f65.PlatformConfigMap>('tensorflow.serving.PlatformConfigMap');

import type * as f66 from './tensorflow_serving/config/ssl_config_pb.ts';
export type SSLConfig = f66.SSLConfig;
export const SSLConfigSchema = message<f66.SSLConfig>('tensorflow.serving.SSLConfig');

import type * as f67 from './tensorflow_serving/servables/tensorflow/remote_op_config_rewriter_pb.ts';
export type RemoteOpRemapConfig = f67.RemoteOpRemapConfig;
export const RemoteOpRemapConfigSchema = message<f67.RemoteOpRemapConfig>('tensorflow.serving.tools.RemoteOpRemapConfig');

import type * as f68 from './tensorflow_serving/servables/tensorflow/session_bundle_config_pb.ts';
export type ModelWarmupOptions = f68.ModelWarmupOptions;
export const ModelWarmupOptionsSchema = message<f68.ModelWarmupOptions>('tensorflow.serving.ModelWarmupOptions');
export type SessionBundleConfig = f68.SessionBundleConfig;
export const SessionBundleConfigSchema = message<f68.SessionBundleConfig>('tensorflow.serving.SessionBundleConfig');
export type BatchingParameters = f68.BatchingParameters;
export const BatchingParametersSchema = message<f68.BatchingParameters>('tensorflow.serving.BatchingParameters');

import type * as f69 from './tensorflow_serving/servables/tensorflow/saved_model_bundle_source_adapter_pb.ts';
export type SavedModelBundleSourceAdapterConfig = f69.SavedModelBundleSourceAdapterConfig;
export const SavedModelBundleSourceAdapterConfigSchema = message<f69.SavedModelBundleSourceAdapterConfig>('tensorflow.serving.SavedModelBundleSourceAdapterConfig');

import type * as f70 from './tensorflow_serving/servables/tensorflow/saved_model_config_pb.ts';
export type SessionOverrides = f70.SessionOverrides;
export const SessionOverridesSchema = message<f70.SessionOverrides>('tensorflow.serving.SessionOverrides');
export type SavedModelConfig = f70.SavedModelConfig;
export const SavedModelConfigSchema = message<f70.SavedModelConfig>('tensorflow.serving.SavedModelConfig');

import type * as f71 from './tensorflow_serving/servables/tensorflow/thread_pool_factory_config_pb.ts';
export type ThreadPoolFactoryConfig = f71.ThreadPoolFactoryConfig;
export const ThreadPoolFactoryConfigSchema = message<f71.ThreadPoolFactoryConfig>('tensorflow.serving.ThreadPoolFactoryConfig');

import type * as f72 from './tsl/profiler/protobuf/profiler_options_pb.ts';
export type ProfileOptions = f72.ProfileOptions;
export const ProfileOptionsSchema = message<f72.ProfileOptions>('tensorflow.ProfileOptions');
export type ProfileOptions_TraceOptions = f72.ProfileOptions_TraceOptions;
export const ProfileOptions_TraceOptionsSchema = message<f72.ProfileOptions_TraceOptions>('tensorflow.ProfileOptions.TraceOptions');
export type ProfileOptions_AdvancedConfigValue = f72.ProfileOptions_AdvancedConfigValue;
export const ProfileOptions_AdvancedConfigValueSchema = message<f72.ProfileOptions_AdvancedConfigValue>('tensorflow.ProfileOptions.AdvancedConfigValue');
export type RemoteProfilerSessionManagerOptions = f72.RemoteProfilerSessionManagerOptions;
export const RemoteProfilerSessionManagerOptionsSchema = message<f72.RemoteProfilerSessionManagerOptions>('tensorflow.RemoteProfilerSessionManagerOptions');
export type ProfileOptions_DeviceType = f72.ProfileOptions_DeviceType;
export const ProfileOptions_DeviceType = enumValues<typeof f72.ProfileOptions_DeviceType>('tensorflow.ProfileOptions.DeviceType');
export const ProfileOptions_DeviceTypeSchema = enumSchema<f72.ProfileOptions_DeviceType>('tensorflow.ProfileOptions.DeviceType');

import type * as f73 from './tsl/profiler/protobuf/profiler_service_monitor_result_pb.ts';
export type ProfilerServiceMonitorResult = f73.ProfilerServiceMonitorResult;
export const ProfilerServiceMonitorResultSchema = message<f73.ProfilerServiceMonitorResult>('tensorflow.ProfilerServiceMonitorResult');
export type ProfilerServiceMonitorResult_ResponseType = f73.ProfilerServiceMonitorResult_ResponseType;
export const ProfilerServiceMonitorResult_ResponseType = enumValues<typeof f73.ProfilerServiceMonitorResult_ResponseType>('tensorflow.ProfilerServiceMonitorResult.ResponseType');
export const ProfilerServiceMonitorResult_ResponseTypeSchema = enumSchema<f73.ProfilerServiceMonitorResult_ResponseType>('tensorflow.ProfilerServiceMonitorResult.ResponseType');

import type * as f74 from './tsl/profiler/protobuf/xplane_pb.ts';
export type XSpace = f74.XSpace;
export const XSpaceSchema = message<f74.XSpace>('tensorflow.profiler.XSpace');
export type XPlane = f74.XPlane;
export const XPlaneSchema = message<f74.XPlane>('tensorflow.profiler.XPlane');
export type XLine = f74.XLine;
export const XLineSchema = message<f74.XLine>('tensorflow.profiler.XLine');
export type XEvent = f74.XEvent;
export const XEventSchema = message<f74.XEvent>('tensorflow.profiler.XEvent');
export type XStat = f74.XStat;
export const XStatSchema = message<f74.XStat>('tensorflow.profiler.XStat');
export type XEventMetadata = f74.XEventMetadata;
export const XEventMetadataSchema = message<f74.XEventMetadata>('tensorflow.profiler.XEventMetadata');
export type XStatMetadata = f74.XStatMetadata;
export const XStatMetadataSchema = message<f74.XStatMetadata>('tensorflow.profiler.XStatMetadata');

import type * as f75 from './tsl/profiler/protobuf/profiler_service_pb.ts';
export type ToolRequestOptions = f75.ToolRequestOptions;
export const ToolRequestOptionsSchema = message<f75.ToolRequestOptions>('tensorflow.ToolRequestOptions');
export type ProfileRequest = f75.ProfileRequest;
export const ProfileRequestSchema = message<f75.ProfileRequest>('tensorflow.ProfileRequest');
export type ProfileToolData = f75.ProfileToolData;
export const ProfileToolDataSchema = message<f75.ProfileToolData>('tensorflow.ProfileToolData');
export type ProfileResponse = f75.ProfileResponse;
export const ProfileResponseSchema = message<f75.ProfileResponse>('tensorflow.ProfileResponse');
export type TerminateRequest = f75.TerminateRequest;
export const TerminateRequestSchema = message<f75.TerminateRequest>('tensorflow.TerminateRequest');
export type TerminateResponse = f75.TerminateResponse;
export const TerminateResponseSchema = message<f75.TerminateResponse>('tensorflow.TerminateResponse');
export type GetSnapshotRequest = f75.GetSnapshotRequest;
export const GetSnapshotRequestSchema = message<f75.GetSnapshotRequest>('tensorflow.GetSnapshotRequest');
export type ContinuousProfilingResponse = f75.ContinuousProfilingResponse;
export const ContinuousProfilingResponseSchema = message<f75.ContinuousProfilingResponse>('tensorflow.ContinuousProfilingResponse');
export type StopContinuousProfilingRequest = f75.StopContinuousProfilingRequest;
export const StopContinuousProfilingRequestSchema = message<f75.StopContinuousProfilingRequest>('tensorflow.StopContinuousProfilingRequest');
export type StopContinuousProfilingResponse = f75.StopContinuousProfilingResponse;
export const StopContinuousProfilingResponseSchema = message<f75.StopContinuousProfilingResponse>('tensorflow.StopContinuousProfilingResponse');
export type MonitorRequest = f75.MonitorRequest;
export const MonitorRequestSchema = message<f75.MonitorRequest>('tensorflow.MonitorRequest');
export type MonitorResponse = f75.MonitorResponse;
export const MonitorResponseSchema = message<f75.MonitorResponse>('tensorflow.MonitorResponse');
export const ProfilerService = service<typeof f75.ProfilerService>('tensorflow.ProfilerService');
