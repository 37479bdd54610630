// SPDX-License-Identifier: Apache-2.0
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Runcs.OciSpec;

namespace Runcs.Conformance.OciSpec;

public partial class DefaultSpecTests
{
    [Fact]
    public void Spec_for_root_on_cgroup_v1() => Matches(DefaultSpec.Write(rootless: false, cgroupV2: false, 0, 0));

    [Fact]
    public void Spec_for_root_on_cgroup_v2() => Matches(DefaultSpec.Write(rootless: false, cgroupV2: true, 0, 0));

    [Fact]
    public void Spec_for_a_rootless_user_on_cgroup_v2() => Matches(DefaultSpec.Write(rootless: true, cgroupV2: true, 1000, 1001));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Spec_equals_runcs_except_for_the_version(bool rootless)
    {
        string? runc = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "runc")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(runc is null, "runc is not installed");
        string bundle = Directory.CreateTempSubdirectory("runcs-spec-").FullName;
        try
        {
            string[] arguments = rootless ? ["spec", "--rootless", "-b", bundle] : ["spec", "-b", bundle];
            using (var writer = System.Diagnostics.Process.Start(runc, arguments))
                writer.WaitForExit();
            string theirs = File.ReadAllText(Path.Combine(bundle, "config.json"));
            Config config = Config.Read(Encoding.UTF8.GetBytes(theirs));
            string ours = Encoding.UTF8.GetString(DefaultSpec.Write(
                rootless,
                File.Exists("/sys/fs/cgroup/cgroup.controllers"),
                rootless ? config.Linux!.UidMappings[0].HostID : 0,
                rootless ? config.Linux!.GidMappings[0].HostID : 0));
            // runc before 1.2 also gave ambient capabilities (removed by opencontainers/runc commit 0de195333).
            Assert.Equal(Version().Replace(AmbientSet().Replace(theirs, ""), ""), Version().Replace(ours, ""));
        }
        finally
        {
            Directory.Delete(bundle, recursive: true);
        }
    }

    [GeneratedRegex("\"ociVersion\": \"[^\"]*\"")]
    private static partial Regex Version();

    [GeneratedRegex(",\n\t+\"ambient\": \\[[^\\]]*\\]")]
    private static partial Regex AmbientSet();

    private static void Matches(byte[] received, [CallerMemberName] string method = "")
    {
        string stem = Path.Combine(Repository.Root, "tests/Conformance/OciSpec", nameof(DefaultSpecTests) + "." + method);
        byte[] verified = File.Exists(stem + ".verified.txt") ? File.ReadAllBytes(stem + ".verified.txt") : [];
        if (!received.AsSpan().SequenceEqual(verified))
            File.WriteAllBytes(stem + ".received.txt", received);
        Assert.Equal(Encoding.UTF8.GetString(verified), Encoding.UTF8.GetString(received));
    }
}
