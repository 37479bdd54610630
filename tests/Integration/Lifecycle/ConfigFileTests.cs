// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Integration;

/// <summary>create, run and check --config: crun's flag for a config that is not the bundle's config.json.</summary>
public class ConfigFileTests
{
    public ConfigFileTests()
    {
        Requires.Runcs();
        Requires.Root();
    }

    [Theory]
    [InlineData("--config", false)]
    [InlineData("--config", true)]
    [InlineData("-f", true)]
    public void The_named_config_is_used_and_the_bundle_stays_the_bundle(string flag, bool relative)
    {
        using Container container = New(out string file, "echo other; exit 6");
        Options how = Options.Default with { WorkingDirectory = Path.GetDirectoryName(file) };
        Assert.Equal("other\n", container.Run(how, flag, relative ? "other.json" : file).Exits(6).Stdout);
        Assert.Equal("other\n", container.Run(how, $"{flag}={(relative ? "./other.json" : file)}").Exits(6).Stdout);
        // As crun: config.json is the bundle's, wherever the caller is.
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(file)!, "config.json"), "{");
        container.Run(how, flag, "config.json").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void Later_commands_do_not_need_the_file()
    {
        using Container container = New(out string file, "sleep 1000");
        container.Create("--config", file).Ok();
        File.Delete(file);
        container.Start().Ok();
        Assert.Equal(container.Bundle.Directory, (string)container.State()["bundle"]!);
        Assert.Equal("/\n", container.Exec("pwd").Ok().Stdout);
        container.Delete("--force").Ok();
        Leftovers.AssertNone(container);
    }

    [Fact]
    public void A_bundle_needs_no_config_of_its_own()
    {
        using Container container = New(out string file, "exit 5");
        container.Bundle.WritesConfig = false;
        File.Delete(container.Bundle.ConfigPath);
        container.Run("--config", file).Exits(5);
        container.Runtime.Run("check", "--bundle", container.Bundle.Directory, "--config", file).Ok();
        container.Runtime.Run("check", "--bundle", container.Bundle.Directory).Exits(1);
    }

    [Fact]
    public void Errors_name_the_file()
    {
        using Container container = New(out string file, "true");
        Assert.Contains($"--config: openat(2) on \\\"{file}.none\\\": no such file or directory", container.Create("--config", file + ".none").Exits(1).Stderr, StringComparison.Ordinal);
        File.WriteAllText(file, "{");
        Assert.Contains($"{file}: line 1", container.Create("--config", file).Exits(1).Stderr, StringComparison.Ordinal);
        Assert.Contains($"{file}: line 1", container.Runtime.Run("check", "--bundle", container.Bundle.Directory, "--config", file).Exits(1).Stdout, StringComparison.Ordinal);
    }

    // The bundle's own config runs true.
    private static Container New(out string file, string script)
    {
        Container container = new();
        container.Bundle.Shell(script);
        container.Bundle.Write();
        file = container.Path("other.json");
        File.Move(container.Bundle.ConfigPath, file);
        container.Bundle.Shell("true");
        container.Bundle.Write();
        return container;
    }
}
