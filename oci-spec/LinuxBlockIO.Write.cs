// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class LinuxBlockIO : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.OptionalMember("weight"u8, (long?)Weight);
        json.OptionalMember("leafWeight"u8, (long?)LeafWeight);
        json.OptionalMember("weightDevice"u8, WeightDevice);
        json.OptionalMember("throttleReadBpsDevice"u8, ThrottleReadBpsDevice);
        json.OptionalMember("throttleWriteBpsDevice"u8, ThrottleWriteBpsDevice);
        json.OptionalMember("throttleReadIOPSDevice"u8, ThrottleReadIOPSDevice);
        json.OptionalMember("throttleWriteIOPSDevice"u8, ThrottleWriteIOPSDevice);
        json.EndObject();
    }
}

public sealed partial class LinuxWeightDevice : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("major"u8, Major);
        json.Member("minor"u8, Minor);
        json.OptionalMember("weight"u8, (long?)Weight);
        json.OptionalMember("leafWeight"u8, (long?)LeafWeight);
        json.EndObject();
    }
}

public sealed partial class LinuxThrottleDevice : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("major"u8, Major);
        json.Member("minor"u8, Minor);
        json.Member("rate"u8, Rate);
        json.EndObject();
    }
}
