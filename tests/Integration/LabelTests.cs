// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>config.md, "Linux Process": apparmorProfile and selinuxLabel where nobody would enforce them.</summary>
public class LabelTests
{
    [Theory]
    [InlineData("apparmorProfile", "process.apparmorProfile: AppArmor is not enabled on this host", "/sys/module/apparmor")]
    [InlineData("selinuxLabel", "process.selinuxLabel: selinux label is specified in config, but selinux is disabled or not supported", "/sys/fs/selinux")]
    public void A_label_that_nobody_would_enforce_is_refused(string field, string reason, string sign)
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
}
