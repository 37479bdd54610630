// SPDX-License-Identifier: Apache-2.0
namespace Runcs.Harness;

/// <summary>Programs of the machine, and copies of them.</summary>
public static class Programs
{
    /// <summary>On PATH, including the administrator's directories if PATH lacks them; null if it is missing.</summary>
    public static string? Find(string name) =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin".Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);

    /// <summary>
    /// Copies a program that is then executed, by a process of its own: what this process has open for writing while another thread
    /// forks is open in that child too, and until the child executes its own program nobody can execute the copy (execve(2), ETXTBSY).
    /// </summary>
    public static void Copy(string source, string target)
    {
        using System.Diagnostics.Process copy = System.Diagnostics.Process.Start("/bin/cp", [source, target]);
        copy.WaitForExit();
        Assert.True(copy.ExitCode == 0 && File.Exists(target), $"cp {source} {target}: exit code {copy.ExitCode}");
    }
}
