// SPDX-License-Identifier: Apache-2.0
using System.Text.RegularExpressions;

namespace Runcs.Integration;

/// <summary>On a host with many mounts, which are not copied for a container since Linux 7.0 (OPEN_TREE_NAMESPACE).</summary>
public partial class ManyMountsTests
{
    // Each bind of the tree into itself doubles the number of mounts.
    private const string Script = """
        doublings=$1
        shift
        mount -t tmpfs tmpfs "$0" && mkdir "$0"/0 && mount -t tmpfs tmpfs "$0"/0 || exit 90
        for i in $(seq "$doublings"); do mkdir "$0"/0/$i && mount --rbind "$0"/0 "$0"/0/$i || exit 91; done
        before=$(grep -F "${0%/*}" /proc/self/mountinfo)
        "$@"
        code=$?
        [ "$before" = "$(grep -F "${0%/*}" /proc/self/mountinfo)" ] || exit 92
        exit $code
        """;

    // OPEN_TREE_NAMESPACE is 2.
    [GeneratedRegex(@"\bopen_tree\(0x[0-9a-f]+, 0x[0-9a-f]+, 0x8[0-9a-f]{3}2\) = \d", RegexOptions.Multiline)]
    private static partial Regex MakesNamespace();

    [GeneratedRegex(@"^\d+ \d+ \d+:\d+ |(?<=master:|shared:)\d+", RegexOptions.Multiline)]
    private static partial Regex Numbers();

    [Theory]
    [InlineData("")]
    [InlineData("rprivate")]
    [InlineData("rshared")] // Its binds remain peers of the host's mounts, of which there is a copy then.
    public void The_mounts_of_a_container_are_the_same(string propagation)
    {
        RequireBothWays();
        using Container container = new();
        string volume = Directory.CreateDirectory(container.Path("volume")).FullName, many = Directory.CreateDirectory(container.Path("many")).FullName;
        Command.Run("/bin/mount", "-t", "tmpfs", "tmpfs", volume).Ok();
        Command.Run("/bin/mount", "--make-shared", volume).Ok();
        Directory.CreateDirectory(volume + "/below");
        if (propagation.Length > 0) container.Bundle.Linux["rootfsPropagation"] = propagation;
        container.Bundle.Mount("/volume", "bind", volume, "rbind").Mount("/rootfs", "bind", container.Bundle.Rootfs, "bind", "ro");
        if (propagation != "rshared") container.Bundle.Mount("/volume/below", "tmpfs", "tmpfs");
        container.Bundle.Shell("cat /proc/self/mountinfo; ls -d /volume/below /rootfs/bin /dev/null");
        string[] outputs = [.. ((string[])["1", "10"]).Select(doublings =>
        {
            bool isDetached = doublings == "10" && propagation != "rshared";
            string[] mounts = Numbers().Replace(Run(container, many, doublings, isDetached), "N ").Split('\n');
            // The kernel lists those of a copied tree in the tree's order.
            return string.Join('\n', mounts.Order(StringComparer.Ordinal));
        })];
        Assert.Equal(outputs[0], outputs[1]);
    }

    // The namespace would lack it.
    [Theory]
    [InlineData("unbindable", false)]
    [InlineData("private", true)]
    public void An_unbindable_mount_is_there(string option, bool isDetached)
    {
        RequireBothWays();
        using Container container = new();
        container.Bundle.Mount("/data", "tmpfs", "name", option).Shell("grep -o ' /data .*' /proc/self/mountinfo");
        string mount = Run(container, Directory.CreateDirectory(container.Path("many")).FullName, "10", isDetached);
        Assert.StartsWith(" /data rw", mount, StringComparison.Ordinal);
        Assert.Equal(option == "unbindable", mount.Contains(" unbindable ", StringComparison.Ordinal));
    }

    private static void RequireBothWays()
    {
        Requires.Root();
        Requires.Kernel(7, 0);
        Requires.Program("strace");
        Requires.That(File.ReadLines("/proc/self/mountinfo").Count() < 400, "needs a host with few mounts, to compare with");
    }

    private static string Run(Container container, string many, string doublings, bool isDetached)
    {
        string trace = container.Path("trace" + doublings);
        container.Runtime.Prefix = ["unshare", "--mount", "--propagation", "slave", "sh", "-c", Script, many, doublings];
        container.Runtime.Tracer = [.. Faults.Trace(trace), "-e", "trace=open_tree", "-e", "raw=open_tree"];
        string output = container.Run().Ok().Stdout;
        Assert.Equal(isDetached ? 1 : 0, MakesNamespace().Count(File.ReadAllText(trace)));
        return output;
    }
}
