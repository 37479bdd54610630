// SPDX-License-Identifier: Apache-2.0
using Runcs.Cgroups;

namespace Runcs.Conformance.Cgroups;

/// <summary>A process's request for a device.</summary>
public readonly record struct DeviceRequest(DeviceKind Kind, uint Major, uint Minor, DeviceAccess Access);
