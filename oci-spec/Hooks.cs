// SPDX-License-Identifier: Apache-2.0
// config.md, "POSIX-platform Hooks".

namespace Runcs.OciSpec;

/// <summary>Commands run at points of the lifecycle (runtime.md), each list in its order.</summary>
public sealed partial class Hooks
{
    /// <summary>The names of all of them, in the order in which they run.</summary>
    public static readonly string[] Names = ["prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop"];

    /// <summary>Deprecated. Runtime namespaces, after the namespaces are made and before pivot_root.</summary>
    public Hook[] Prestart { get; set; } = [];

    /// <summary>Runtime namespaces, at the same point, after prestart.</summary>
    public Hook[] CreateRuntime { get; set; } = [];

    /// <summary>Container namespaces, before pivot_root; paths are those of the host.</summary>
    public Hook[] CreateContainer { get; set; } = [];

    /// <summary>Container namespaces, in <c>start</c>, just before the program; paths are the container's.</summary>
    public Hook[] StartContainer { get; set; } = [];

    /// <summary>Runtime namespaces, after the program was started.</summary>
    public Hook[] Poststart { get; set; } = [];

    /// <summary>Runtime namespaces, after the container was deleted.</summary>
    public Hook[] Poststop { get; set; } = [];
}

/// <summary>One command.</summary>
public sealed partial class Hook
{
    /// <summary>The program, absolute.</summary>
    public string Path { get; set; } = "";

    /// <summary>Its argv, with argv[0] first; empty for the path alone.</summary>
    public string[] Args { get; set; } = [];

    /// <summary>Its environment, <c>NAME=value</c> each; null if the document has none, for which runtimes differ from an empty one.</summary>
    public string[]? Env { get; set; }

    /// <summary>Seconds until the hook is killed, more than 0 (not checked here); null for no limit.</summary>
    public int? Timeout { get; set; }
}
