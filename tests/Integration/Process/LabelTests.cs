// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>config.md, "Linux Process": apparmorProfile and selinuxLabel if no module would enforce them.</summary>
public class LabelTests
{
    [Theory]
    [InlineData("apparmorProfile", "process.apparmorProfile: AppArmor is not enabled on this host", "/sys/module/apparmor")]
    [InlineData("selinuxLabel", "process.selinuxLabel: selinux label is specified in config, but selinux is disabled or not supported", "/sys/fs/selinux")]
    public void A_label_without_its_module_is_refused(string field, string reason, string sign)
    {
        Requires.Root();
        Requires.Runcs();
        Requires.That(!Directory.Exists(sign), $"needs a kernel without {sign}");
        using Container container = new();
        container.Bundle.Process[field] = "unconfined";
        Assert.Contains(reason, container.Create().Fails().Stderr, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
        container.Bundle.Process[field] = "";
        container.Run().Ok();
    }

    // The kernel checks the form before the module. A fake file makes the module appear present.
    [Theory]
    [InlineData("apparmorProfile", "module/apparmor/parameters/enabled", "unable to apply the profile")]
    [InlineData("selinuxLabel", "fs/selinux/enforce", "unable to apply the label")]
    public void A_newer_kernel_gets_the_label_without_proc(string field, string sign, string refusal)
    {
        Requires.Root();
        Requires.Runcs();
        Requires.Kernel(6, 8);
        Requires.That(!Directory.Exists("/sys/module/apparmor") && !Directory.Exists("/sys/fs/selinux"), "needs a kernel without such modules");
        using Container container = new();
        string sys = Directory.CreateDirectory(container.Path("sys")).FullName, file = Path.Combine(sys, sign);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        Directory.CreateDirectory(Path.Combine(sys, "fs/cgroup"));
        File.WriteAllText(file, "Y\n");
        container.Runtime.Tracer = ["unshare", "--mount", "sh", "-ec", $"mount --rbind /sys/fs/cgroup {sys}/fs/cgroup; mount --rbind {sys} /sys; exec \"$@\"", "sh"];
        container.Bundle.Process[field] = "something";
        string error = container.Create("--no-new-keyring").Fails().Stderr;
        Assert.Contains($"process.{field}: {refusal} \\\"something\\\": operation not supported (EOPNOTSUPP)", error, StringComparison.Ordinal);
        Leftovers.AssertNone(container);
    }
}
