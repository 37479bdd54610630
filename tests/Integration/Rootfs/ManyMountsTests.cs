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

    [GeneratedRegex(@"^\d+ \d+ \d+:\d+ |(?<=master:|shared:)\d+", RegexOptions.Multiline)]
    private static partial Regex Numbers();

    [Theory]
    [InlineData("")]
    [InlineData("rprivate")]
    [InlineData("rshared")]
    public void The_mounts_of_a_container_are_the_same(string propagation)
    {
        Requires.Root();
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
            container.Runtime.Prefix = ["unshare", "--mount", "--propagation", "slave", "sh", "-c", Script, many, doublings];
            return Numbers().Replace(container.Run().Ok().Stdout, "N ");
        })];
        Assert.Equal(outputs[0], outputs[1]);
    }
}
