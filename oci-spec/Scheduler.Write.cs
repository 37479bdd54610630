// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class Scheduler : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("policy"u8, Policy);
        if (Nice != 0)
            json.Member("nice"u8, Nice);
        if (Priority != 0)
            json.Member("priority"u8, Priority);
        json.OptionalMember("flags"u8, Flags);
        if (Runtime != 0)
            json.Member("runtime"u8, Runtime);
        if (Deadline != 0)
            json.Member("deadline"u8, Deadline);
        if (Period != 0)
            json.Member("period"u8, Period);
        json.EndObject();
    }
}

public sealed partial class LinuxIOPriority : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("class"u8, Class);
        json.Member("priority"u8, Priority);
        json.EndObject();
    }
}

public sealed partial class CPUAffinity : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.OptionalMember("initial"u8, Initial);
        json.OptionalMember("final"u8, Final);
        json.EndObject();
    }
}
