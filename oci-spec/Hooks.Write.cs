// SPDX-License-Identifier: Apache-2.0
using System;
using Runcs.OciSpec.Json;

namespace Runcs.OciSpec;

public sealed partial class Hooks : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.OptionalMember("prestart"u8, Prestart);
        json.OptionalMember("createRuntime"u8, CreateRuntime);
        json.OptionalMember("createContainer"u8, CreateContainer);
        json.OptionalMember("startContainer"u8, StartContainer);
        json.OptionalMember("poststart"u8, Poststart);
        json.OptionalMember("poststop"u8, Poststop);
        json.EndObject();
    }
}

public sealed partial class Hook : IWritablePart
{
    /// <inheritdoc/>
    public void Write(JsonText json)
    {
        ArgumentNullException.ThrowIfNull(json);
        json.BeginObject();
        json.Member("path"u8, Path);
        json.OptionalMember("args"u8, Args);
        // Go would leave out an empty array too, and with it the difference to none.
        if (Env is not null)
            json.Member("env"u8, Env);
        json.OptionalMember("timeout"u8, (long?)Timeout);
        json.EndObject();
    }
}
