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

import type * as f25 from './tensorflow/core/profiler/protobuf/profiler_service_pb.ts';
export type ProfileRequest = f25.ProfileRequest;
export const ProfileRequestSchema = message<f25.ProfileRequest>('tensorflow.ProfileRequest');
export type ProfileToolData = f25.ProfileToolData;
export const ProfileToolDataSchema = message<f25.ProfileToolData>('tensorflow.ProfileToolData');
export type ProfileResponse = f25.ProfileResponse;
export const ProfileResponseSchema = message<f25.ProfileResponse>('tensorflow.ProfileResponse');
export type TerminateRequest = f25.TerminateRequest;
export const TerminateRequestSchema = message<f25.TerminateRequest>('tensorflow.TerminateRequest');
export type TerminateResponse = f25.TerminateResponse;
export const TerminateResponseSchema = message<f25.TerminateResponse>('tensorflow.TerminateResponse');
export type MonitorRequest = f25.MonitorRequest;
export const MonitorRequestSchema = message<f25.MonitorRequest>('tensorflow.MonitorRequest');
export type MonitorResponse = f25.MonitorResponse;
export const MonitorResponseSchema = message<f25.MonitorResponse>('tensorflow.MonitorResponse');
export const ProfilerService = service<typeof f25.ProfilerService>('tensorflow.ProfilerService');

import type * as f26 from './tensorflow/core/protobuf/cluster_pb.ts';
export type JobDef = f26.JobDef;
export const JobDefSchema = message<f26.JobDef>('tensorflow.JobDef');
export type ClusterDef = f26.ClusterDef;
export const ClusterDefSchema = message<f26.ClusterDef>('tensorflow.ClusterDef');

import type * as f27 from './xla/tsl/protobuf/coordination_config_pb.ts';
export type CoordinatedJob = f27.CoordinatedJob;
export const CoordinatedJobSchema = message<f27.CoordinatedJob>('tensorflow.CoordinatedJob');
export type CoordinationServiceConfig = f27.CoordinationServiceConfig;
export const CoordinationServiceConfigSchema = message<f27.CoordinationServiceConfig>('tensorflow.CoordinationServiceConfig');

import type * as f28 from './tensorflow/core/protobuf/debug_pb.ts';
export type DebugTensorWatch = f28.DebugTensorWatch;
export const DebugTensorWatchSchema = message<f28.DebugTensorWatch>('tensorflow.DebugTensorWatch');
export type DebugOptions = f28.DebugOptions;
export const DebugOptionsSchema = message<f28.DebugOptions>('tensorflow.DebugOptions');
export type DebuggedSourceFile = f28.DebuggedSourceFile;
export const DebuggedSourceFileSchema = message<f28.DebuggedSourceFile>('tensorflow.DebuggedSourceFile');
export type DebuggedSourceFiles = f28.DebuggedSourceFiles;
export const DebuggedSourceFilesSchema = message<f28.DebuggedSourceFiles>('tensorflow.DebuggedSourceFiles');

import type * as f29 from './tensorflow/core/protobuf/verifier_config_pb.ts';
export type VerifierConfig = f29.VerifierConfig;
export const VerifierConfigSchema = message<f29.VerifierConfig>('tensorflow.VerifierConfig');
export type VerifierConfig_Toggle = f29.VerifierConfig_Toggle;
export const VerifierConfig_Toggle = enumValues<typeof f29.VerifierConfig_Toggle>('tensorflow.VerifierConfig.Toggle');
export const VerifierConfig_ToggleSchema = enumSchema<f29.VerifierConfig_Toggle>('tensorflow.VerifierConfig.Toggle');

import type * as f30 from './tensorflow/core/protobuf/rewriter_config_pb.ts';
export type AutoParallelOptions = f30.AutoParallelOptions;
export const AutoParallelOptionsSchema = message<f30.AutoParallelOptions>('tensorflow.AutoParallelOptions');
export type ScopedAllocatorOptions = f30.ScopedAllocatorOptions;
export const ScopedAllocatorOptionsSchema = message<f30.ScopedAllocatorOptions>('tensorflow.ScopedAllocatorOptions');
export type RewriterConfig = f30.RewriterConfig;
export const RewriterConfigSchema = message<f30.RewriterConfig>('tensorflow.RewriterConfig');
export type RewriterConfig_CustomGraphOptimizer = f30.RewriterConfig_CustomGraphOptimizer;
export const RewriterConfig_CustomGraphOptimizerSchema = message<f30.RewriterConfig_CustomGraphOptimizer>('tensorflow.RewriterConfig.CustomGraphOptimizer');
export type RewriterConfig_Toggle = f30.RewriterConfig_Toggle;
export const RewriterConfig_Toggle = enumValues<typeof f30.RewriterConfig_Toggle>('tensorflow.RewriterConfig.Toggle');
export const RewriterConfig_ToggleSchema = enumSchema<f30.RewriterConfig_Toggle>('tensorflow.RewriterConfig.Toggle');
export type RewriterConfig_CpuLayout = f30.RewriterConfig_CpuLayout;
export const RewriterConfig_CpuLayout = enumValues<typeof f30.RewriterConfig_CpuLayout>('tensorflow.RewriterConfig.CpuLayout');
export const RewriterConfig_CpuLayoutSchema = enumSchema<f30.RewriterConfig_CpuLayout>('tensorflow.RewriterConfig.CpuLayout');
export type RewriterConfig_NumIterationsType = f30.RewriterConfig_NumIterationsType;
export const RewriterConfig_NumIterationsType = enumValues<typeof f30.RewriterConfig_NumIterationsType>('tensorflow.RewriterConfig.NumIterationsType');
export const RewriterConfig_NumIterationsTypeSchema = enumSchema<f30.RewriterConfig_NumIterationsType>('tensorflow.RewriterConfig.NumIterationsType');
export type RewriterConfig_MemOptType = f30.RewriterConfig_MemOptType;
export const RewriterConfig_MemOptType = enumValues<typeof f30.RewriterConfig_MemOptType>('tensorflow.RewriterConfig.MemOptType');
export const RewriterConfig_MemOptTypeSchema = enumSchema<f30.RewriterConfig_MemOptType>('tensorflow.RewriterConfig.MemOptType');

import type * as f31 from './xla/tsl/protobuf/rpc_options_pb.ts';
export type RPCOptions = f31.RPCOptions;
export const RPCOptionsSchema = message<f31.RPCOptions>('tensorflow.RPCOptions');

import type * as f33 from './tensorflow/core/protobuf/config_pb.ts';
export type GPUOptions = f33.GPUOptions;
export const GPUOptionsSchema = message<f33.GPUOptions>('tensorflow.GPUOptions');
export type GPUOptions_Experimental = f33.GPUOptions_Experimental;
export const GPUOptions_ExperimentalSchema = message<f33.GPUOptions_Experimental>('tensorflow.GPUOptions.Experimental');
export type GPUOptions_Experimental_VirtualDevices = f33.GPUOptions_Experimental_VirtualDevices;
export const GPUOptions_Experimental_VirtualDevicesSchema = message<f33.GPUOptions_Experimental_VirtualDevices>('tensorflow.GPUOptions.Experimental.VirtualDevices');
export type GPUOptions_Experimental_StreamMergeOptions = f33.GPUOptions_Experimental_StreamMergeOptions;
export const GPUOptions_Experimental_StreamMergeOptionsSchema = message<f33.GPUOptions_Experimental_StreamMergeOptions>('tensorflow.GPUOptions.Experimental.StreamMergeOptions');
export type OptimizerOptions = f33.OptimizerOptions;
export const OptimizerOptionsSchema = message<f33.OptimizerOptions>('tensorflow.OptimizerOptions');
export type GraphOptions = f33.GraphOptions;
export const GraphOptionsSchema = message<f33.GraphOptions>('tensorflow.GraphOptions');
export type ThreadPoolOptionProto = f33.ThreadPoolOptionProto;
export const ThreadPoolOptionProtoSchema = message<f33.ThreadPoolOptionProto>('tensorflow.ThreadPoolOptionProto');
export type SessionMetadata = f33.SessionMetadata;
export const SessionMetadataSchema = message<f33.SessionMetadata>('tensorflow.SessionMetadata');
export type ConfigProto = f33.ConfigProto;
export const ConfigProtoSchema = message<f33.ConfigProto>('tensorflow.ConfigProto');
export type ConfigProto_Experimental = f33.ConfigProto_Experimental;
export const ConfigProto_ExperimentalSchema = message<f33.ConfigProto_Experimental>('tensorflow.ConfigProto.Experimental');
export type RunOptions = f33.RunOptions;
export const RunOptionsSchema = message<f33.RunOptions>('tensorflow.RunOptions');
export type RunOptions_Experimental = f33.RunOptions_Experimental;
export const RunOptions_ExperimentalSchema = message<f33.RunOptions_Experimental>('tensorflow.RunOptions.Experimental');
export type RunOptions_Experimental_RunHandlerPoolOptions = f33.RunOptions_Experimental_RunHandlerPoolOptions;
export const RunOptions_Experimental_RunHandlerPoolOptionsSchema = message<f33.RunOptions_Experimental_RunHandlerPoolOptions>('tensorflow.RunOptions.Experimental.RunHandlerPoolOptions');
export type RunMetadata = f33.RunMetadata;
export const RunMetadataSchema = message<f33.RunMetadata>('tensorflow.RunMetadata');
export type RunMetadata_FunctionGraphs = f33.RunMetadata_FunctionGraphs;
export const RunMetadata_FunctionGraphsSchema = message<f33.RunMetadata_FunctionGraphs>('tensorflow.RunMetadata.FunctionGraphs');
export type TensorConnection = f33.TensorConnection;
export const TensorConnectionSchema = message<f33.TensorConnection>('tensorflow.TensorConnection');
export type CallableOptions = f33.CallableOptions;
export const CallableOptionsSchema = message<f33.CallableOptions>('tensorflow.CallableOptions');
export type BatchingOptions = f33.BatchingOptions;
export const BatchingOptionsSchema = message<f33.BatchingOptions>('tensorflow.BatchingOptions');
export type OptimizerOptions_Level = f33.OptimizerOptions_Level;
export const OptimizerOptions_Level = enumValues<typeof f33.OptimizerOptions_Level>('tensorflow.OptimizerOptions.Level');
export const OptimizerOptions_LevelSchema = enumSchema<f33.OptimizerOptions_Level>('tensorflow.OptimizerOptions.Level');
export type OptimizerOptions_GlobalJitLevel = f33.OptimizerOptions_GlobalJitLevel;
export const OptimizerOptions_GlobalJitLevel = enumValues<typeof f33.OptimizerOptions_GlobalJitLevel>('tensorflow.OptimizerOptions.GlobalJitLevel');
export const OptimizerOptions_GlobalJitLevelSchema = enumSchema<f33.OptimizerOptions_GlobalJitLevel>('tensorflow.OptimizerOptions.GlobalJitLevel');
export type ConfigProto_Experimental_MlirBridgeRollout = f33.ConfigProto_Experimental_MlirBridgeRollout;
export const ConfigProto_Experimental_MlirBridgeRollout = enumValues<typeof f33.ConfigProto_Experimental_MlirBridgeRollout>('tensorflow.ConfigProto.Experimental.MlirBridgeRollout');
export const ConfigProto_Experimental_MlirBridgeRolloutSchema = enumSchema<f33.ConfigProto_Experimental_MlirBridgeRollout>('tensorflow.ConfigProto.Experimental.MlirBridgeRollout');
export type RunOptions_TraceLevel = f33.RunOptions_TraceLevel;
export const RunOptions_TraceLevel = enumValues<typeof f33.RunOptions_TraceLevel>('tensorflow.RunOptions.TraceLevel');
export const RunOptions_TraceLevelSchema = enumSchema<f33.RunOptions_TraceLevel>('tensorflow.RunOptions.TraceLevel');

import type * as f34 from './xla/tsl/protobuf/error_codes_pb.ts';
export type Code = f34.Code;
export const Code = enumValues<typeof f34.Code>('tensorflow.error.Code');
export const CodeSchema = enumSchema<f34.Code>('tensorflow.error.Code');

import type * as f36 from './tensorflow/core/protobuf/fingerprint_pb.ts';
export type FingerprintDef = f36.FingerprintDef;
export const FingerprintDefSchema = message<f36.FingerprintDef>('tensorflow.FingerprintDef');

import type * as f37 from './tensorflow/core/protobuf/struct_pb.ts';
export type StructuredValue = f37.StructuredValue;
export const StructuredValueSchema = message<f37.StructuredValue>('tensorflow.StructuredValue');
export type NoneValue = f37.NoneValue;
export const NoneValueSchema = message<f37.NoneValue>('tensorflow.NoneValue');
export type ListValue = f37.ListValue;
export const ListValueSchema = message<f37.ListValue>('tensorflow.ListValue');
export type TupleValue = f37.TupleValue;
export const TupleValueSchema = message<f37.TupleValue>('tensorflow.TupleValue');
export type DictValue = f37.DictValue;
export const DictValueSchema = message<f37.DictValue>('tensorflow.DictValue');
export type PairValue = f37.PairValue;
export const PairValueSchema = message<f37.PairValue>('tensorflow.PairValue');
export type NamedTupleValue = f37.NamedTupleValue;
export const NamedTupleValueSchema = message<f37.NamedTupleValue>('tensorflow.NamedTupleValue');
export type TensorSpecProto = f37.TensorSpecProto;
export const TensorSpecProtoSchema = message<f37.TensorSpecProto>('tensorflow.TensorSpecProto');
export type BoundedTensorSpecProto = f37.BoundedTensorSpecProto;
export const BoundedTensorSpecProtoSchema = message<f37.BoundedTensorSpecProto>('tensorflow.BoundedTensorSpecProto');
export type TypeSpecProto = f37.TypeSpecProto;
export const TypeSpecProtoSchema = message<f37.TypeSpecProto>('tensorflow.TypeSpecProto');
export type TypeSpecProto_TypeSpecClass = f37.TypeSpecProto_TypeSpecClass;
export const TypeSpecProto_TypeSpecClass = enumValues<typeof f37.TypeSpecProto_TypeSpecClass>('tensorflow.TypeSpecProto.TypeSpecClass');
export const TypeSpecProto_TypeSpecClassSchema = enumSchema<f37.TypeSpecProto_TypeSpecClass>('tensorflow.TypeSpecProto.TypeSpecClass');

import type * as f38 from './tensorflow/core/protobuf/trackable_object_graph_pb.ts';
export type TrackableObjectGraph = f38.TrackableObjectGraph;
export const TrackableObjectGraphSchema = message<f38.TrackableObjectGraph>('tensorflow.TrackableObjectGraph');
export type TrackableObjectGraph_TrackableObject = f38.TrackableObjectGraph_TrackableObject;
export const TrackableObjectGraph_TrackableObjectSchema = message<f38.TrackableObjectGraph_TrackableObject>('tensorflow.TrackableObjectGraph.TrackableObject');
export type TrackableObjectGraph_TrackableObject_ObjectReference = f38.TrackableObjectGraph_TrackableObject_ObjectReference;
export const TrackableObjectGraph_TrackableObject_ObjectReferenceSchema = message<f38.TrackableObjectGraph_TrackableObject_ObjectReference>('tensorflow.TrackableObjectGraph.TrackableObject.ObjectReference');
export type TrackableObjectGraph_TrackableObject_SerializedTensor = f38.TrackableObjectGraph_TrackableObject_SerializedTensor;
export const TrackableObjectGraph_TrackableObject_SerializedTensorSchema = message<f38.TrackableObjectGraph_TrackableObject_SerializedTensor>('tensorflow.TrackableObjectGraph.TrackableObject.SerializedTensor');
export type TrackableObjectGraph_TrackableObject_SlotVariableReference = f38.TrackableObjectGraph_TrackableObject_SlotVariableReference;
export const TrackableObjectGraph_TrackableObject_SlotVariableReferenceSchema = message<f38.TrackableObjectGraph_TrackableObject_SlotVariableReference>('tensorflow.TrackableObjectGraph.TrackableObject.SlotVariableReference');
export type RegisteredSaver = f38.RegisteredSaver;
export const RegisteredSaverSchema = message<f38.RegisteredSaver>('tensorflow.RegisteredSaver');

import type * as f39 from './tensorflow/core/protobuf/saved_object_graph_pb.ts';
export type SavedObjectGraph = f39.SavedObjectGraph;
export const SavedObjectGraphSchema = message<f39.SavedObjectGraph>('tensorflow.SavedObjectGraph');
export type SavedObject = f39.SavedObject;
export const SavedObjectSchema = message<f39.SavedObject>('tensorflow.SavedObject');
export type SavedUserObject = f39.SavedUserObject;
export const SavedUserObjectSchema = message<f39.SavedUserObject>('tensorflow.SavedUserObject');
export type SavedAsset = f39.SavedAsset;
export const SavedAssetSchema = message<f39.SavedAsset>('tensorflow.SavedAsset');
export type SavedFunction = f39.SavedFunction;
export const SavedFunctionSchema = message<f39.SavedFunction>('tensorflow.SavedFunction');
export type CapturedTensor = f39.CapturedTensor;
export const CapturedTensorSchema = message<f39.CapturedTensor>('tensorflow.CapturedTensor');
export type SavedConcreteFunction = f39.SavedConcreteFunction;
export const SavedConcreteFunctionSchema = message<f39.SavedConcreteFunction>('tensorflow.SavedConcreteFunction');
export type SavedBareConcreteFunction = f39.SavedBareConcreteFunction;
export const SavedBareConcreteFunctionSchema = message<f39.SavedBareConcreteFunction>('tensorflow.SavedBareConcreteFunction');
export type SavedConstant = f39.SavedConstant;
export const SavedConstantSchema = message<f39.SavedConstant>('tensorflow.SavedConstant');
export type SavedVariable = f39.SavedVariable;
export const SavedVariableSchema = message<f39.SavedVariable>('tensorflow.SavedVariable');
export type FunctionSpec = f39.FunctionSpec;
export const FunctionSpecSchema = message<f39.FunctionSpec>('tensorflow.FunctionSpec');
export type SavedResource = f39.SavedResource;
export const SavedResourceSchema = message<f39.SavedResource>('tensorflow.SavedResource');
export type SaveableObject = f39.SaveableObject;
export const SaveableObjectSchema = message<f39.SaveableObject>('tensorflow.SaveableObject');
export type FunctionSpec_JitCompile = f39.FunctionSpec_JitCompile;
export const FunctionSpec_JitCompile = enumValues<typeof f39.FunctionSpec_JitCompile>('tensorflow.FunctionSpec.JitCompile');
export const FunctionSpec_JitCompileSchema = enumSchema<f39.FunctionSpec_JitCompile>('tensorflow.FunctionSpec.JitCompile');

import type * as f40 from './tensorflow/core/protobuf/saver_pb.ts';
export type SaverDef = f40.SaverDef;
export const SaverDefSchema = message<f40.SaverDef>('tensorflow.SaverDef');
export type SaverDef_CheckpointFormatVersion = f40.SaverDef_CheckpointFormatVersion;
export const SaverDef_CheckpointFormatVersion = enumValues<typeof f40.SaverDef_CheckpointFormatVersion>('tensorflow.SaverDef.CheckpointFormatVersion');
export const SaverDef_CheckpointFormatVersionSchema = enumSchema<f40.SaverDef_CheckpointFormatVersion>('tensorflow.SaverDef.CheckpointFormatVersion');

import type * as f41 from './tensorflow/core/protobuf/meta_graph_pb.ts';
export type MetaGraphDef = f41.MetaGraphDef;
export const MetaGraphDefSchema = message<f41.MetaGraphDef>('tensorflow.MetaGraphDef');
export type MetaGraphDef_MetaInfoDef = f41.MetaGraphDef_MetaInfoDef;
export const MetaGraphDef_MetaInfoDefSchema = message<f41.MetaGraphDef_MetaInfoDef>('tensorflow.MetaGraphDef.MetaInfoDef');
export type CollectionDef = f41.CollectionDef;
export const CollectionDefSchema = message<f41.CollectionDef>('tensorflow.CollectionDef');
export type CollectionDef_NodeList = f41.CollectionDef_NodeList;
export const CollectionDef_NodeListSchema = message<f41.CollectionDef_NodeList>('tensorflow.CollectionDef.NodeList');
export type CollectionDef_BytesList = f41.CollectionDef_BytesList;
export const CollectionDef_BytesListSchema = message<f41.CollectionDef_BytesList>('tensorflow.CollectionDef.BytesList');
export type CollectionDef_Int64List = f41.CollectionDef_Int64List;
export const CollectionDef_Int64ListSchema = message<f41.CollectionDef_Int64List>('tensorflow.CollectionDef.Int64List');
export type CollectionDef_FloatList = f41.CollectionDef_FloatList;
export const CollectionDef_FloatListSchema = message<f41.CollectionDef_FloatList>('tensorflow.CollectionDef.FloatList');
export type CollectionDef_AnyList = f41.CollectionDef_AnyList;
export const CollectionDef_AnyListSchema = message<f41.CollectionDef_AnyList>('tensorflow.CollectionDef.AnyList');
export type TensorInfo = f41.TensorInfo;
export const TensorInfoSchema = message<f41.TensorInfo>('tensorflow.TensorInfo');
export type TensorInfo_CooSparse = f41.TensorInfo_CooSparse;
export const TensorInfo_CooSparseSchema = message<f41.TensorInfo_CooSparse>('tensorflow.TensorInfo.CooSparse');
export type TensorInfo_CompositeTensor = f41.TensorInfo_CompositeTensor;
export const TensorInfo_CompositeTensorSchema = message<f41.TensorInfo_CompositeTensor>('tensorflow.TensorInfo.CompositeTensor');
export type SignatureDef = f41.SignatureDef;
export const SignatureDefSchema = message<f41.SignatureDef>('tensorflow.SignatureDef');
export type AssetFileDef = f41.AssetFileDef;
export const AssetFileDefSchema = message<f41.AssetFileDef>('tensorflow.AssetFileDef');

import type * as f42 from './tensorflow/core/protobuf/named_tensor_pb.ts';
export type NamedTensorProto = f42.NamedTensorProto;
export const NamedTensorProtoSchema = message<f42.NamedTensorProto>('tensorflow.NamedTensorProto');

import type * as f43 from './tensorflow/core/protobuf/saved_model_pb.ts';
export type SavedModel = f43.SavedModel;
export const SavedModelSchema = message<f43.SavedModel>('tensorflow.SavedModel');

import type * as f44 from './tensorflow/core/protobuf/tensor_bundle_pb.ts';
export type BundleHeaderProto = f44.BundleHeaderProto;
export const BundleHeaderProtoSchema = message<f44.BundleHeaderProto>('tensorflow.BundleHeaderProto');
export type BundleEntryProto = f44.BundleEntryProto;
export const BundleEntryProtoSchema = message<f44.BundleEntryProto>('tensorflow.BundleEntryProto');
export type BundleHeaderProto_Endianness = f44.BundleHeaderProto_Endianness;
export const BundleHeaderProto_Endianness = enumValues<typeof f44.BundleHeaderProto_Endianness>('tensorflow.BundleHeaderProto.Endianness');
export const BundleHeaderProto_EndiannessSchema = enumSchema<f44.BundleHeaderProto_Endianness>('tensorflow.BundleHeaderProto.Endianness');

import type * as f45 from './tensorflow/core/tfrt/graph_executor/config_pb.ts';
export type RuntimeConfigProto = f45.RuntimeConfigProto;
export const RuntimeConfigProtoSchema = message<f45.RuntimeConfigProto>('tensorflow.tfrt_stub.RuntimeConfigProto');

import type * as f46 from './tensorflow_serving/apis/input_pb.ts';
export type ExampleList = f46.ExampleList;
export const ExampleListSchema = message<f46.ExampleList>('tensorflow.serving.ExampleList');
export type ExampleListWithContext = f46.ExampleListWithContext;
export const ExampleListWithContextSchema = message<f46.ExampleListWithContext>('tensorflow.serving.ExampleListWithContext');
export type Input = f46.Input;
export const InputSchema = message<f46.Input>('tensorflow.serving.Input');

import type * as f47 from './tensorflow_serving/apis/model_pb.ts';
export type ModelSpec = f47.ModelSpec;
export const ModelSpecSchema = message<f47.ModelSpec>('tensorflow.serving.ModelSpec');

import type * as f48 from './tensorflow_serving/apis/classification_pb.ts';
export type Class = f48.Class;
export const ClassSchema = message<f48.Class>('tensorflow.serving.Class');
export type Classifications = f48.Classifications;
export const ClassificationsSchema = message<f48.Classifications>('tensorflow.serving.Classifications');
export type ClassificationResult = f48.ClassificationResult;
export const ClassificationResultSchema = message<f48.ClassificationResult>('tensorflow.serving.ClassificationResult');
export type ClassificationRequest = f48.ClassificationRequest;
export const ClassificationRequestSchema = message<f48.ClassificationRequest>('tensorflow.serving.ClassificationRequest');
export type ClassificationResponse = f48.ClassificationResponse;
export const ClassificationResponseSchema = message<f48.ClassificationResponse>('tensorflow.serving.ClassificationResponse');

import type * as f49 from './tensorflow_serving/apis/get_model_metadata_pb.ts';
export type SignatureDefMap = f49.SignatureDefMap;
export const SignatureDefMapSchema = message<f49.SignatureDefMap>('tensorflow.serving.SignatureDefMap');
export type GetModelMetadataRequest = f49.GetModelMetadataRequest;
export const GetModelMetadataRequestSchema = message<f49.GetModelMetadataRequest>('tensorflow.serving.GetModelMetadataRequest');
export type GetModelMetadataResponse = f49.GetModelMetadataResponse;
export const GetModelMetadataResponseSchema = message<f49.GetModelMetadataResponse>('tensorflow.serving.GetModelMetadataResponse');

import type * as f50 from './tensorflow_serving/apis/status_pb.ts';
export type StatusProto = f50.StatusProto;
export const StatusProtoSchema = message<f50.StatusProto>('tensorflow.serving.StatusProto');

import type * as f51 from './tensorflow_serving/apis/get_model_status_pb.ts';
export type GetModelStatusRequest = f51.GetModelStatusRequest;
export const GetModelStatusRequestSchema = message<f51.GetModelStatusRequest>('tensorflow.serving.GetModelStatusRequest');
export type ModelVersionStatus = f51.ModelVersionStatus;
export const ModelVersionStatusSchema = message<f51.ModelVersionStatus>('tensorflow.serving.ModelVersionStatus');
export type GetModelStatusResponse = f51.GetModelStatusResponse;
export const GetModelStatusResponseSchema = message<f51.GetModelStatusResponse>('tensorflow.serving.GetModelStatusResponse');
export type ModelVersionStatus_State = f51.ModelVersionStatus_State;
export const ModelVersionStatus_State = enumValues<typeof f51.ModelVersionStatus_State>('tensorflow.serving.ModelVersionStatus.State');
export const ModelVersionStatus_StateSchema = enumSchema<f51.ModelVersionStatus_State>('tensorflow.serving.ModelVersionStatus.State');

import type * as f52 from './tensorflow_serving/apis/regression_pb.ts';
export type Regression = f52.Regression;
export const RegressionSchema = message<f52.Regression>('tensorflow.serving.Regression');
export type RegressionResult = f52.RegressionResult;
export const RegressionResultSchema = message<f52.RegressionResult>('tensorflow.serving.RegressionResult');
export type RegressionRequest = f52.RegressionRequest;
export const RegressionRequestSchema = message<f52.RegressionRequest>('tensorflow.serving.RegressionRequest');
export type RegressionResponse = f52.RegressionResponse;
export const RegressionResponseSchema = message<f52.RegressionResponse>('tensorflow.serving.RegressionResponse');

import type * as f53 from './tensorflow_serving/apis/inference_pb.ts';
export type InferenceTask = f53.InferenceTask;
export const InferenceTaskSchema = message<f53.InferenceTask>('tensorflow.serving.InferenceTask');
export type InferenceResult = f53.InferenceResult;
export const InferenceResultSchema = message<f53.InferenceResult>('tensorflow.serving.InferenceResult');
export type MultiInferenceRequest = f53.MultiInferenceRequest;
export const MultiInferenceRequestSchema = message<f53.MultiInferenceRequest>('tensorflow.serving.MultiInferenceRequest');
export type MultiInferenceResponse = f53.MultiInferenceResponse;
export const MultiInferenceResponseSchema = message<f53.MultiInferenceResponse>('tensorflow.serving.MultiInferenceResponse');

import type * as f54 from './tensorflow_serving/config/log_collector_config_pb.ts';
export type LogCollectorConfig = f54.LogCollectorConfig;
export const LogCollectorConfigSchema = message<f54.LogCollectorConfig>('tensorflow.serving.LogCollectorConfig');

import type * as f55 from './tensorflow_serving/config/logging_config_pb.ts';
export type PerTaskSamplingConfig = f55.PerTaskSamplingConfig;
export const PerTaskSamplingConfigSchema = message<f55.PerTaskSamplingConfig>('tensorflow.serving.PerTaskSamplingConfig');
export type SamplingConfig = f55.SamplingConfig;
export const SamplingConfigSchema = message<f55.SamplingConfig>('tensorflow.serving.SamplingConfig');
export type LoggingConfig = f55.LoggingConfig;
export const LoggingConfigSchema = message<f55.LoggingConfig>('tensorflow.serving.LoggingConfig');
export type SamplingConfig_Attributes = f55.SamplingConfig_Attributes;
export const SamplingConfig_Attributes = enumValues<typeof f55.SamplingConfig_Attributes>('tensorflow.serving.SamplingConfig.Attributes');
export const SamplingConfig_AttributesSchema = enumSchema<f55.SamplingConfig_Attributes>('tensorflow.serving.SamplingConfig.Attributes');

import type * as f56 from './tensorflow_serving/apis/logging_pb.ts';
export type LogMetadata = f56.LogMetadata;
export const LogMetadataSchema = message<f56.LogMetadata>('tensorflow.serving.LogMetadata');

import type * as f57 from './tensorflow_serving/config/file_system_storage_path_source_pb.ts';
export type FileSystemStoragePathSourceConfig = f57.FileSystemStoragePathSourceConfig;
export const FileSystemStoragePathSourceConfigSchema = message<f57.FileSystemStoragePathSourceConfig>('tensorflow.serving.FileSystemStoragePathSourceConfig');
export type FileSystemStoragePathSourceConfig_ServableVersionPolicy = f57.FileSystemStoragePathSourceConfig_ServableVersionPolicy;
export const FileSystemStoragePathSourceConfig_ServableVersionPolicySchema = message<f57.FileSystemStoragePathSourceConfig_ServableVersionPolicy>('tensorflow.serving.FileSystemStoragePathSourceConfig.ServableVersionPolicy');
export type FileSystemStoragePathSourceConfig_ServableVersionPolicy_Latest = f57.FileSystemStoragePathSourceConfig_ServableVersionPolicy_Latest;
export const FileSystemStoragePathSourceConfig_ServableVersionPolicy_LatestSchema = message<f57.FileSystemStoragePathSourceConfig_ServableVersionPolicy_Latest>('tensorflow.serving.FileSystemStoragePathSourceConfig.ServableVersionPolicy.Latest');
export type FileSystemStoragePathSourceConfig_ServableVersionPolicy_All = f57.FileSystemStoragePathSourceConfig_ServableVersionPolicy_All;
export const FileSystemStoragePathSourceConfig_ServableVersionPolicy_AllSchema = message<f57.FileSystemStoragePathSourceConfig_ServableVersionPolicy_All>('tensorflow.serving.FileSystemStoragePathSourceConfig.ServableVersionPolicy.All');
export type FileSystemStoragePathSourceConfig_ServableVersionPolicy_Specific = f57.FileSystemStoragePathSourceConfig_ServableVersionPolicy_Specific;
export const FileSystemStoragePathSourceConfig_ServableVersionPolicy_SpecificSchema = message<f57.FileSystemStoragePathSourceConfig_ServableVersionPolicy_Specific>('tensorflow.serving.FileSystemStoragePathSourceConfig.ServableVersionPolicy.Specific');
export type FileSystemStoragePathSourceConfig_ServableToMonitor = f57.FileSystemStoragePathSourceConfig_ServableToMonitor;
export const FileSystemStoragePathSourceConfig_ServableToMonitorSchema = message<f57.FileSystemStoragePathSourceConfig_ServableToMonitor>('tensorflow.serving.FileSystemStoragePathSourceConfig.ServableToMonitor');

import type * as f58 from './tensorflow_serving/config/model_server_config_pb.ts';
export type ModelConfig = f58.ModelConfig;
export const ModelConfigSchema = message<f58.ModelConfig>('tensorflow.serving.ModelConfig');
export type ModelConfigList = f58.ModelConfigList;
export const ModelConfigListSchema = message<f58.ModelConfigList>('tensorflow.serving.ModelConfigList');
export type ModelServerConfig = f58.ModelServerConfig;
export const ModelServerConfigSchema = message<f58.ModelServerConfig>('tensorflow.serving.ModelServerConfig');
export type ModelType = f58.ModelType;
export const ModelType = enumValues<typeof f58.ModelType>('tensorflow.serving.ModelType');
export const ModelTypeSchema = enumSchema<f58.ModelType>('tensorflow.serving.ModelType');

import type * as f59 from './tensorflow_serving/apis/model_management_pb.ts';
export type ReloadConfigRequest = f59.ReloadConfigRequest;
export const ReloadConfigRequestSchema = message<f59.ReloadConfigRequest>('tensorflow.serving.ReloadConfigRequest');
export type ReloadConfigResponse = f59.ReloadConfigResponse;
export const ReloadConfigResponseSchema = message<f59.ReloadConfigResponse>('tensorflow.serving.ReloadConfigResponse');
export type Metric = f59.Metric;
export const MetricSchema = message<f59.Metric>('tensorflow.serving.Metric');

import type * as f60 from './tensorflow_serving/apis/model_service_pb.ts';
export const ModelService = service<typeof f60.ModelService>('tensorflow.serving.ModelService');

import type * as f61 from './tensorflow_serving/apis/predict_pb.ts';
export type PredictRequest = f61.PredictRequest;
export const PredictRequestSchema = message<f61.PredictRequest>('tensorflow.serving.PredictRequest');
export type PredictRequest_RequestOptions = f61.PredictRequest_RequestOptions;
export const PredictRequest_RequestOptionsSchema = message<f61.PredictRequest_RequestOptions>('tensorflow.serving.PredictRequest.RequestOptions');
export type PredictRequest_RequestOptions_Handshake = f61.PredictRequest_RequestOptions_Handshake;
export const PredictRequest_RequestOptions_HandshakeSchema = message<f61.PredictRequest_RequestOptions_Handshake>('tensorflow.serving.PredictRequest.RequestOptions.Handshake');
export type PredictStreamedOptions = f61.PredictStreamedOptions;
export const PredictStreamedOptionsSchema = message<f61.PredictStreamedOptions>('tensorflow.serving.PredictStreamedOptions');
export type PredictResponse = f61.PredictResponse;
export const PredictResponseSchema = message<f61.PredictResponse>('tensorflow.serving.PredictResponse');
export type PredictRequest_RequestOptions_DeterministicMode = f61.PredictRequest_RequestOptions_DeterministicMode;
export const PredictRequest_RequestOptions_DeterministicMode = enumValues<typeof f61.PredictRequest_RequestOptions_DeterministicMode>('tensorflow.serving.PredictRequest.RequestOptions.DeterministicMode');
export const PredictRequest_RequestOptions_DeterministicModeSchema = enumSchema<f61.PredictRequest_RequestOptions_DeterministicMode>('tensorflow.serving.PredictRequest.RequestOptions.DeterministicMode');
export type PredictStreamedOptions_RequestState = f61.PredictStreamedOptions_RequestState;
export const PredictStreamedOptions_RequestState = enumValues<typeof f61.PredictStreamedOptions_RequestState>('tensorflow.serving.PredictStreamedOptions.RequestState');
export const PredictStreamedOptions_RequestStateSchema = enumSchema<f61.PredictStreamedOptions_RequestState>('tensorflow.serving.PredictStreamedOptions.RequestState');

import type * as f62 from './tensorflow_serving/apis/session_service_pb.ts';
export type SessionRunRequest = f62.SessionRunRequest;
export const SessionRunRequestSchema = message<f62.SessionRunRequest>('tensorflow.serving.SessionRunRequest');
export type SessionRunResponse = f62.SessionRunResponse;
export const SessionRunResponseSchema = message<f62.SessionRunResponse>('tensorflow.serving.SessionRunResponse');
export const SessionService = service<typeof f62.SessionService>('tensorflow.serving.SessionService');

import type * as f63 from './tensorflow_serving/apis/prediction_log_pb.ts';
export type ClassifyLog = f63.ClassifyLog;
export const ClassifyLogSchema = message<f63.ClassifyLog>('tensorflow.serving.ClassifyLog');
export type RegressLog = f63.RegressLog;
export const RegressLogSchema = message<f63.RegressLog>('tensorflow.serving.RegressLog');
export type PredictLog = f63.PredictLog;
export const PredictLogSchema = message<f63.PredictLog>('tensorflow.serving.PredictLog');
export type PredictStreamedLog = f63.PredictStreamedLog;
export const PredictStreamedLogSchema = message<f63.PredictStreamedLog>('tensorflow.serving.PredictStreamedLog');
export type MultiInferenceLog = f63.MultiInferenceLog;
export const MultiInferenceLogSchema = message<f63.MultiInferenceLog>('tensorflow.serving.MultiInferenceLog');
export type SessionRunLog = f63.SessionRunLog;
export const SessionRunLogSchema = message<f63.SessionRunLog>('tensorflow.serving.SessionRunLog');
export type PredictionLog = f63.PredictionLog;
export const PredictionLogSchema = message<f63.PredictionLog>('tensorflow.serving.PredictionLog');

import type * as f64 from './tensorflow_serving/apis/prediction_service_pb.ts';
export const PredictionService = service<typeof f64.PredictionService>('tensorflow.serving.PredictionService');

import type * as f65 from './tensorflow_serving/config/monitoring_config_pb.ts';
export type PrometheusConfig = f65.PrometheusConfig;
export const PrometheusConfigSchema = message<f65.PrometheusConfig>('tensorflow.serving.PrometheusConfig');
export type MonitoringConfig = f65.MonitoringConfig;
export const MonitoringConfigSchema = message<f65.MonitoringConfig>('tensorflow.serving.MonitoringConfig');

import type * as f66 from './tensorflow_serving/config/platform_config_pb.ts';
export type PlatformConfig = f66.PlatformConfig;
export const PlatformConfigSchema = message<f66.PlatformConfig>('tensorflow.serving.PlatformConfig');
export type PlatformConfigMap = f66.PlatformConfigMap;
export const PlatformConfigMapSchema = message<f66.PlatformConfigMap>('tensorflow.serving.PlatformConfigMap');

import type * as f67 from './tensorflow_serving/config/ssl_config_pb.ts';
export type SSLConfig = f67.SSLConfig;
export const SSLConfigSchema = message<f67.SSLConfig>('tensorflow.serving.SSLConfig');

import type * as f68 from './tensorflow_serving/servables/tensorflow/remote_op_config_rewriter_pb.ts';
export type RemoteOpRemapConfig = f68.RemoteOpRemapConfig;
export const RemoteOpRemapConfigSchema = message<f68.RemoteOpRemapConfig>('tensorflow.serving.tools.RemoteOpRemapConfig');

import type * as f69 from './tensorflow_serving/servables/tensorflow/session_bundle_config_pb.ts';
export type ModelWarmupOptions = f69.ModelWarmupOptions;
export const ModelWarmupOptionsSchema = message<f69.ModelWarmupOptions>('tensorflow.serving.ModelWarmupOptions');
export type SessionBundleConfig = f69.SessionBundleConfig;
export const SessionBundleConfigSchema = message<f69.SessionBundleConfig>('tensorflow.serving.SessionBundleConfig');
export type BatchingParameters = f69.BatchingParameters;
export const BatchingParametersSchema = message<f69.BatchingParameters>('tensorflow.serving.BatchingParameters');

import type * as f70 from './tensorflow_serving/servables/tensorflow/saved_model_bundle_source_adapter_pb.ts';
export type SavedModelBundleSourceAdapterConfig = f70.SavedModelBundleSourceAdapterConfig;
export const SavedModelBundleSourceAdapterConfigSchema = message<f70.SavedModelBundleSourceAdapterConfig>('tensorflow.serving.SavedModelBundleSourceAdapterConfig');

import type * as f71 from './tensorflow_serving/servables/tensorflow/saved_model_config_pb.ts';
export type SessionOverrides = f71.SessionOverrides;
export const SessionOverridesSchema = message<f71.SessionOverrides>('tensorflow.serving.SessionOverrides');
export type SavedModelConfig = f71.SavedModelConfig;
export const SavedModelConfigSchema = message<f71.SavedModelConfig>('tensorflow.serving.SavedModelConfig');

import type * as f72 from './tensorflow_serving/servables/tensorflow/thread_pool_factory_config_pb.ts';
export type ThreadPoolFactoryConfig = f72.ThreadPoolFactoryConfig;
export const ThreadPoolFactoryConfigSchema = message<f72.ThreadPoolFactoryConfig>('tensorflow.serving.ThreadPoolFactoryConfig');
