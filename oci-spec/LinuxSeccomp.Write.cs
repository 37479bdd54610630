// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class LinuxSeccomp : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("defaultAction"u8, DefaultAction);
        json.OptionalMember("defaultErrnoRet"u8, (long?)DefaultErrnoRet);
        json.OptionalMember("architectures"u8, Architectures);
        // Go would leave out an empty array too, and with it the difference to none.
        if (Flags is not null)
            json.Member("flags"u8, Flags);
        json.OptionalMember("listenerPath"u8, ListenerPath);
        json.OptionalMember("listenerMetadata"u8, ListenerMetadata);
        json.OptionalMember("syscalls"u8, Syscalls);
        json.EndObject();
    }
}

public sealed partial class LinuxSyscall : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("names"u8, Names);
        json.Member("action"u8, Action);
        json.OptionalMember("errnoRet"u8, (long?)ErrnoRet);
        json.OptionalMember("args"u8, Args);
        json.EndObject();
    }
}

public sealed partial class LinuxSeccompArg : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("index"u8, Index);
        json.Member("value"u8, Value);
        if (ValueTwo != 0)
            json.Member("valueTwo"u8, ValueTwo);
        json.Member("op"u8, Op);
        json.EndObject();
    }
}
