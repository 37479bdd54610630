// SPDX-License-Identifier: Apache-2.0
// Built by the clone, or for exec by its parent.
using System;
using Runcs.Credentials;
using Runcs.Native;
using Runcs.Native.ExecStage;
using Runcs.Plan;
using Runcs.Scheduling;
using Runcs.Values;
using static Runcs.Native.Arch.SystemCall;

namespace Runcs.Init.Stage;

/// <remarks>The plan decides the order; each of its steps has its rows.</remarks>
internal sealed partial class StageProgram
{
    /// <summary>The sealed image of the stage.</summary>
    /// <exception cref="RuncsException"/>
    internal static Fd Seal(StageInputs inputs)
    {
        var program = new StageProgram(inputs);
        foreach (StageAction action in inputs.Plan.Actions) program.Add(action);
        return program._table.Seal(program._report);
    }

    private void Add(StageAction action)
    {
        switch (action.Operation)
        {
            case StageOperation.Hide:
                Close(_inputs.Inherited());
                break;
            case StageOperation.CatchSignals:
                _table.Catch((ushort)StageStep.Signals, Signals.Set.Ending, (ushort)StageStep.Ended);
                break;
            case StageOperation.Label:
                LsmRows.Add(_table, _inputs.Labels!, _inputs.Proc);
                break;
            case StageOperation.ChoosePidNamespace:
                JoinPidNamespace(_inputs.PidNamespace!);
                break;
            case StageOperation.EnterMemoryCgroup:
                if (_inputs.Memory != null) StepIntoMemory(_inputs.Memory);
                break;
            case StageOperation.Schedule:
                SchedulingRows.Add(_table, _inputs.Scheduling!);
                break;
            case StageOperation.Limit:
                Limit(action.Limit!);
                break;
            case StageOperation.LiftProcessLimit:
                LiftProcessLimit();
                break;
            case StageOperation.EnterNamespaces:
                EnterNamespaces(_inputs.Init!, action.Namespaces);
                break;
            case StageOperation.ChangeRoot:
                ChangeRoot(_inputs.Root!);
                break;
            case StageOperation.BecomeRoot:
                BecomeRoot();
                break;
            case StageOperation.GiveTerminal:
                GiveTerminal(_inputs.Credentials.Uid);
                break;
            case StageOperation.JoinKeyring:
                KeyringRows.Add(_table, _inputs.Id);
                break;
            default:
                AddForUser(action);
                break;
        }
    }

    // From here on the process has the user's ids.
    private void AddForUser(StageAction action)
    {
        switch (action.Operation)
        {
            case StageOperation.BecomeUser:
                BecomeUser(_inputs.Credentials, _inputs.Process.Cwd);
                break;
            case StageOperation.SetCapabilities:
                CredentialsRows.AddCapabilities(_table, _inputs.Credentials, action.Kept);
                break;
            case StageOperation.NoNewPrivileges:
                CredentialsRows.AddNoNewPrivileges(_table);
                break;
            case StageOperation.DropPrivileges:
                CredentialsRows.AddPrivileges(_table, _inputs.Credentials, action.Kept);
                Hide();
                break;
            case StageOperation.AppearInPidNamespace:
                AppearInPidNamespace();
                break;
            case StageOperation.TakeTerminal:
                _table.Call((ushort)StageStep.Terminal, SYS_ioctl, 0, TIOCSCTTY, 0);
                break;
            case StageOperation.UseAllCpus:
                SchedulingRows.AddAllCpus(_table);
                break;
            case StageOperation.FindProgram:
                FindProgram(_inputs.Process.Program, _inputs.Env);
                break;
            case StageOperation.ReportReady:
                ReportReady();
                break;
            case StageOperation.CloseOnExec:
                CloseOnExec();
                break;
            case StageOperation.AnnounceListener:
                AnnounceListener();
                break;
            case StageOperation.LoadFilter:
                _filter!.Load(_table);
                break;
            case StageOperation.Wait:
                WaitForWord();
                break;
            case StageOperation.RunHook:
                RunHook(action.Hook, null);
                break;
            case StageOperation.RunFilteredHook:
                RunHook(action.Hook, _filter);
                break;
            case StageOperation.Refuse:
                _table.Fail((ushort)StageStep.FindProgram, Errno.ENOENT);
                break;
            case StageOperation.Execute:
                Execute(_inputs.Process.Args, _inputs.Env);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(action), action.Operation, "a step without rows");
        }
    }
}
