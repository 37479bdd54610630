// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Runcs.Conformance.Layering;

/// <summary>The layering rules: folder = namespace, and the layers that each may use. ARCHITECTURE.md has the reasons.</summary>
public partial class LayeringTests
{
    // The bottom layers: the documents, the kernel, the encoding of messages, and the values that features share.
    private static readonly string[] _ground = ["OciSpec", "Native", "Protobuf", "Values"];

    // Features do not use each other: they exchange values through the plan.
    private static readonly string[] _features =
        ["Namespaces", "Rootfs", "Cgroups", "IntelRdt", "Seccomp", "Credentials", "Scheduling", "Network", "Terminal", "Hooks"];

    private static readonly string[] _belowPlan = [.. _ground, "Diagnostics", .. _features];
    private static readonly string[] _belowContainers = [.. _belowPlan, "Plan", "Init"];
    private static readonly string[] _belowCheck = [.. _belowContainers, "Containers"];
    private static readonly string[] _belowDoors = [.. _belowCheck, "Check"];

    /// <summary>The layers that each layer may use besides itself. A new folder needs a decision, then a line here.</summary>
    private static readonly Dictionary<string, string[]> _mayUse = new(StringComparer.Ordinal)
    {
        ["OciSpec"] = [],
        ["Native"] = [],
        ["Protobuf"] = [],
        ["Values"] = [],
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
        ["Supervision"] = [.. _ground, "Diagnostics", "Terminal"],
        ["Shim"] = [.. _belowDoors, "Supervision"],
        ["Keeper"] = [.. _belowCheck, "Supervision"],
        ["Cli"] = [.. _belowDoors, "Keeper"],
        [SourceFile.Entry] = [.. _belowDoors, "Cli", "Supervision", "Keeper", "Shim"],
    };

    [Fact]
    public void Each_layer_is_a_folder_and_each_folder_a_layer() =>
        Assert.Equal(_mayUse.Keys.Order(StringComparer.Ordinal), Product.Source.Files.Select(file => file.Layer).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void A_layer_uses_only_what_is_below_it() => None(Product.Source.Files.SelectMany(file => Upward(Product.Source, file)));

    [Theory]
    [InlineData("using Runcs.Seccomp; namespace Runcs.Rootfs; class Probe { SeccompListener? it; }")]
    [InlineData("namespace Runcs.Rootfs; class Probe { Seccomp.SeccompListener? it; }")]
    [InlineData("using Other = Runcs.Seccomp.SeccompListener; namespace Runcs.Rootfs; class Probe { Other? it; }")]
    [InlineData("using static Runcs.Seccomp.SeccompAction; namespace Runcs.Rootfs; class Probe { uint it = RetUserNotif; }")]
    public void A_use_of_another_layer_is_seen_however_it_is_written(string code)
    {
        Product product = Product.Source.With("src/Runtime/Rootfs/Probe.cs", code);
        Assert.Equal("src/Runtime/Rootfs/Probe.cs: Rootfs uses Seccomp", string.Join('\n', Upward(product, product.Files[^1])));
    }

    [Fact]
    public void The_namespace_is_the_folder() =>
        None(Product.Source.Files.Where(file => file.Layer != SourceFile.Entry && file.Namespace != file.ExpectedNamespace)
            .Select(file => $"{file.Path}: {file.Namespace}, not {file.ExpectedNamespace}"));

    [Fact]
    public void A_file_has_one_type_and_its_name() =>
        None(Product.Source.Files.Where(file => file.Layer != SourceFile.Entry && !file.Types.SequenceEqual([file.ExpectedType]))
            .Select(file => $"{file.Path}: {string.Join(", ", file.Types)}"));

    [Fact]
    public void A_file_has_at_most_250_lines() =>
        None(Product.Source.Files.Where(file => file.Lines > 250).Select(file => $"{file.Path}: {file.Lines}"));

    [Fact]
    public void A_planner_makes_no_system_call() => None(Product.Source.Files.Where(IsPure).SelectMany(Product.Source.WaysToSystemCalls));

    [Fact]
    public void A_system_call_of_a_planner_is_seen_behind_other_code()
    {
        const string Code = """
            namespace Runcs.Rootfs;
            static class ProbePlanner { static bool Plan() => Behind.It; }
            static class Behind { public static bool It { get; } = new Far().Ask(); }
            class Far { public virtual bool Ask() => false; }
            class Farther : Far { public override bool Ask() => Native.Processes.GetPid() > 0; }
            """;
        Product product = Product.Source.With("src/Runtime/Rootfs/ProbePlanner.cs", Code);
        Assert.StartsWith("ProbePlanner.Plan() -> Behind.It -> Far.Ask() -> Farther.Ask() -> Processes.", Assert.Single(product.WaysToSystemCalls(product.Files[^1]).Take(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void The_kernel_side_knows_no_OCI_word() =>
        None(Product.Source.Files.Where(file => file.Layer == "Native")
            .SelectMany(file => OciWord().Matches(file.Code).Select(match => $"{file.Path}: {match.Value}")));

    [Fact]
    public void System_calls_are_declared_on_the_kernel_side_only() =>
        None(Product.Source.Files.Where(file => file.Layer != "Native" && Import().IsMatch(file.Code)).Select(file => file.Path));

    [Fact]
    public void Nothing_can_start_a_thread() =>
        None(Product.Source.Files.SelectMany(file => ThreadStarter().Matches(file.Code).Select(match => $"{file.Path}: {match.Value}")));

    [Fact]
    public void A_failed_call_is_thrown_by_its_errno() =>
        None(Product.Source.Files.SelectMany(file => OtherThrow().Matches(file.Code).Select(match => $"{file.Path}: {match.Value}")));

    [Fact]
    public void A_failed_call_that_is_thrown_otherwise_is_seen()
    {
        Product product = Product.Source.With("src/Native/Probe.cs", "namespace Runcs.Native; class Probe { Probe(Errno errno) { if (errno.IsError) throw errno.Failure(\"setsid\", \"\"); } }");
        Assert.Matches(OtherThrow(), product.Files[^1].Code);
    }

    [Fact]
    public void There_is_one_exception_for_failures() =>
        Assert.Equal(["OciDocumentException", "RuncsException", "SystemdException", "UsageException"],
            Product.Source.Files.SelectMany(file => ExceptionType().Matches(file.Code).Select(match => match.Groups[1].Value)).Order(StringComparer.Ordinal));

    private static IEnumerable<string> Upward(Product product, SourceFile file) => product.LayersUsedIn(file)
        .Where(used => used != file.Layer && !_mayUse[file.Layer].Contains(used)).Select(used => $"{file.Path}: {file.Layer} uses {used}");

    // Facts are inputs of a planner; they are read.
    private static bool IsPure(SourceFile file) => file.ExpectedType.EndsWith("Planner", StringComparison.Ordinal)
        || (file.Layer == "Plan" && !file.ExpectedType.EndsWith("Facts", StringComparison.Ordinal));

    // Unlike Assert.Empty, this prints all of them.
    private static void None(IEnumerable<string> found) => Assert.Equal("", string.Join('\n', found));

    [GeneratedRegex(@"\b(\w*(?i:oci)(?=[A-Z_])\w*|OCI|\w*Container\w*|\w*Bundle\w*|\w*[Rr]ootfs\w*|config\.json|runtime-spec)\b")]
    private static partial Regex OciWord();

    // OrThrow does both.
    [GeneratedRegex(@"if \( (\w+) \. IsError \)\s+throw \1 \. Failure\b")]
    private static partial Regex OtherThrow();

    [GeneratedRegex(@"class (\w+)[^{;]*: Exception\b")]
    private static partial Regex ExceptionType();

    [GeneratedRegex(@"\[\s*(LibraryImport|DllImport)\b")]
    private static partial Regex Import();

    [GeneratedRegex(@"\b(Console \. \w+|Task \. \w+|ThreadPool\b|new Thread\b|new Timer\b|Process \. Start|FileSystemWatcher|PosixSignalRegistration|async Task)")]
    private static partial Regex ThreadStarter();
}
