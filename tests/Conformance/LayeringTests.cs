// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Runcs.Conformance;

/// <summary>The house's rules: folder = namespace, and who may use whom. ARCHITECTURE.md says why.</summary>
public partial class LayeringTests
{
    // What is below everything: the documents and the kernel.
    private static readonly string[] _ground = ["OciSpec", "Native"];

    // Neighbours that do not know each other: what crosses between them travels as a value in the plan.
    private static readonly string[] _features =
        ["Namespaces", "Rootfs", "Cgroups", "IntelRdt", "Seccomp", "Credentials", "Scheduling", "Network", "Terminal", "Hooks"];

    private static readonly string[] _belowPlan = [.. _ground, "Diagnostics", .. _features];
    private static readonly string[] _belowContainers = [.. _belowPlan, "Plan", "Init"];
    private static readonly string[] _belowCheck = [.. _belowContainers, "Containers"];
    private static readonly string[] _belowDoors = [.. _belowCheck, "Check"];

    /// <summary>For each layer what it may use besides itself. A folder that is not here needs a decision, then a line.</summary>
    private static readonly Dictionary<string, string[]> _mayUse = new(StringComparer.Ordinal)
    {
        ["OciSpec"] = [],
        ["Native"] = [],
        ["Diagnostics"] = _ground,
        ["Namespaces"] = [.. _ground, "Diagnostics"],
        ["Rootfs"] = [.. _ground, "Diagnostics"],
        ["Cgroups"] = [.. _ground, "Diagnostics"],
        ["IntelRdt"] = [.. _ground, "Diagnostics"],
        ["Seccomp"] = [.. _ground, "Diagnostics"],
        ["Credentials"] = [.. _ground, "Diagnostics"],
        ["Scheduling"] = [.. _ground, "Diagnostics"],
        ["Network"] = [.. _ground, "Diagnostics"],
        ["Terminal"] = [.. _ground, "Diagnostics"],
        ["Hooks"] = [.. _ground, "Diagnostics"],
        ["Plan"] = _belowPlan,
        ["Init"] = [.. _belowPlan, "Plan"],
        ["Containers"] = _belowContainers,
        ["Check"] = _belowCheck,
        ["Cli"] = _belowDoors,
        ["Keeper"] = _belowDoors,
        ["Shim"] = _belowDoors,
        ["(entry)"] = [.. _belowDoors, "Cli", "Keeper", "Shim"],
    };

    [Fact]
    public void Every_folder_has_its_place_in_the_table() =>
        None(SourceFile.Product().Select(file => file.Layer).Distinct().Except(_mayUse.Keys));

    [Fact]
    public void A_layer_uses_only_what_is_below_it() =>
        None(SourceFile.Product().SelectMany(file => file.Uses()
            .Where(used => used != file.Layer && !_mayUse[file.Layer].Contains(used))
            .Select(used => $"{file.Path}: {file.Layer} uses {used}")));

    [Fact]
    public void The_namespace_is_the_folder() =>
        None(SourceFile.Product().Where(file => file.Layer != "(entry)" && file.Namespace != file.ExpectedNamespace)
            .Select(file => $"{file.Path}: {file.Namespace}, not {file.ExpectedNamespace}"));

    [Fact]
    public void The_kernel_side_knows_no_OCI_word() =>
        None(SourceFile.Product().Where(file => file.Layer == "Native")
            .SelectMany(file => OciWord().Matches(file.Code).Select(match => $"{file.Path}: {match.Value}")));

    [Fact]
    public void System_calls_are_declared_on_the_kernel_side_only() =>
        None(SourceFile.Product().Where(file => file.Layer != "Native" && Import().IsMatch(file.Code)).Select(file => file.Path));

    [Fact]
    public void Nothing_before_the_clone_can_start_a_thread() =>
        None(SourceFile.Product().Where(file => file.Layer != "Shim")
            .SelectMany(file => ThreadStarter().Matches(file.Code).Select(match => $"{file.Path}: {match.Value}")));

    // Unlike Assert.Empty this shows all of what there is.
    private static void None(IEnumerable<string> found) => Assert.Equal("", string.Join('\n', found));

    [GeneratedRegex(@"\b(\w*(?i:oci)(?=[A-Z_])\w*|OCI|\w*Container\w*|\w*Bundle\w*|\w*[Rr]ootfs\w*|config\.json|runtime-spec)\b")]
    private static partial Regex OciWord();

    [GeneratedRegex(@"\[\s*(LibraryImport|DllImport)\b")]
    private static partial Regex Import();

    [GeneratedRegex(@"\b(Console\.\w+|Task\.\w+|ThreadPool\b|new Thread\b|new Timer\b|Process\.Start|FileSystemWatcher|PosixSignalRegistration|async Task)")]
    private static partial Regex ThreadStarter();
}
