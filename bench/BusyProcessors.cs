// SPDX-License-Identifier: Apache-2.0
using System.Diagnostics;

namespace Runcs.Bench;

/// <summary>A process per processor that does nothing but run, until this is disposed or the bench ends (PR_SET_PDEATHSIG).</summary>
internal sealed class BusyProcessors : IDisposable
{
    private readonly List<Process> _processes = [];

    public BusyProcessors()
    {
        for (int i = 0; i < Environment.ProcessorCount; i++)
            _processes.Add(Process.Start("setpriv", ["--pdeathsig", "KILL", "/bin/busybox", "sh", "-c", "while :; do :; done"]));
    }

    public void Dispose()
    {
        foreach (Process process in _processes)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
