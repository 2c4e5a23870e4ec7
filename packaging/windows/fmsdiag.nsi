; The installer for Windows: for one user, without an administrator. packaging/windows/installer.py runs makensis on it with
; the values below; FILES\install.nsh and FILES\remove.nsh list what is in the package. NSIS 3: https://nsis.sourceforge.io/Docs/
;
;   fmsdiag-VERSION-setup.exe /S [/DESKTOP=0|1] [/D=FOLDER]      silent; /D= comes last, without quotation marks
;   uninstall.exe /S                                             silent, too
;
; Exit codes: 0 done, 1 canceled, 2 not done, 32 a program of the folder is running (ERROR_SHARING_VIOLATION),
; 216 Windows is too old (ERROR_EXE_MACHINE_TYPE_MISMATCH).

!ifndef TARGET | VERSION | NUMBERS | ICON | FILES | OUTPUT | SIZE_KIB | SUMMARY | COPYRIGHT | HOMEPAGE
  !error "run packaging/windows/installer.py"
!endif
Target ${TARGET}
SetCompressor /SOLID lzma
SetCompressorDictSize 64 ; both programs carry the same modules
SetDateSave off

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WinVer.nsh
!include x64.nsh

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\fmsdiag"
!define CLASSES "Software\Classes"
!define EXTENSION ".fmsdiag-report"
!define PROGID "fmsdiag.report.1"
!define MIME_TYPE "application/x-fmsdiag-report+json"
!define PROFILE_EXTENSION ".fmsdiag"
!define PROFILE_PROGID "fmsdiag.profile.1"
!define PROFILE_MIME_TYPE "application/x-fmsdiag-profile+json"
!define LINK_SCHEME "fmsdiag"
!define OLDEST_BUILD 17763 ; Windows 10 1809, as Qt 6.8 and later

Name "fmsdiag"
OutFile "${OUTPUT}"
InstallDir "$LOCALAPPDATA\Programs\fmsdiag"
InstallDirRegKey HKCU "${UNINSTALL}" InstallLocation
RequestExecutionLevel user
ManifestSupportedOS Win10
ManifestDPIAware true
BrandingText "fmsdiag ${VERSION}"
AllowSkipFiles off

VIProductVersion "${NUMBERS}"
VIFileVersion "${NUMBERS}"
VIAddVersionKey ProductName "fmsdiag"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey FileDescription "fmsdiag setup"
VIAddVersionKey CompanyName "the fmsdiag authors"
VIAddVersionKey LegalCopyright "${COPYRIGHT}"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\fmsdiag.exe"
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English

Var Previous ; where a version is installed already, or nothing

; ---- both
; A program that runs cannot be opened for writing. Nothing is written.
!macro REFUSE_WHILE_RUNNING FOLDER NAME
  ${Do}
    ${IfNot} ${FileExists} "${FOLDER}\${NAME}"
      ${Break}
    ${EndIf}
    ClearErrors
    FileOpen $0 "${FOLDER}\${NAME}" a
    ${IfNot} ${Errors}
      FileClose $0
      ${Break}
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "${NAME} is running in ${FOLDER}. Close it, then try again." /SD IDCANCEL IDRETRY +3
      SetErrorLevel 32
      Quit
  ${Loop}
!macroend

!macro TELL_THE_SHELL ; SHChangeNotify(SHCNE_ASSOCCHANGED, SHCNF_IDLIST, NULL, NULL)
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend

!macro REGISTER_TYPE OF_PROGID NAME OF_EXTENSION OF_TYPE
  WriteRegStr HKCU "${CLASSES}\${OF_PROGID}" "" "${NAME}"
  WriteRegStr HKCU "${CLASSES}\${OF_PROGID}\DefaultIcon" "" '"$INSTDIR\fmsdiag.exe",0'
  WriteRegStr HKCU "${CLASSES}\${OF_PROGID}\shell\open\command" "" '"$INSTDIR\fmsdiag.exe" "%1"'
  WriteRegStr HKCU "${CLASSES}\${OF_EXTENSION}" "" "${OF_PROGID}"
  WriteRegStr HKCU "${CLASSES}\${OF_EXTENSION}" "Content Type" "${OF_TYPE}"
  WriteRegStr HKCU "${CLASSES}\${OF_EXTENSION}\OpenWithProgids" "${OF_PROGID}" ""
!macroend

!macro FORGET_TYPE OF_PROGID OF_EXTENSION ; what another program has taken since stays its own
  DeleteRegKey HKCU "${CLASSES}\${OF_PROGID}"
  DeleteRegValue HKCU "${CLASSES}\${OF_EXTENSION}\OpenWithProgids" "${OF_PROGID}"
  DeleteRegKey /ifempty HKCU "${CLASSES}\${OF_EXTENSION}\OpenWithProgids"
  ReadRegStr $0 HKCU "${CLASSES}\${OF_EXTENSION}" ""
  ${If} $0 == "${OF_PROGID}"
    DeleteRegValue HKCU "${CLASSES}\${OF_EXTENSION}" ""
    DeleteRegValue HKCU "${CLASSES}\${OF_EXTENSION}" "Content Type"
  ${EndIf}
  DeleteRegKey /ifempty HKCU "${CLASSES}\${OF_EXTENSION}"
!macroend

; ---- installing
Section "fmsdiag" PROGRAM
  SectionIn RO
  !insertmacro REFUSE_WHILE_RUNNING $INSTDIR fmsdiag.exe
  !insertmacro REFUSE_WHILE_RUNNING $INSTDIR fmsdiag-cli.exe
  Call RemovePrevious
  !include "${FILES}/install.nsh"
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  WriteRegStr HKCU "${UNINSTALL}" DisplayName "fmsdiag"
  WriteRegStr HKCU "${UNINSTALL}" DisplayVersion "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" DisplayIcon "$INSTDIR\fmsdiag.exe"
  WriteRegStr HKCU "${UNINSTALL}" Publisher "the fmsdiag authors"
  WriteRegStr HKCU "${UNINSTALL}" Comments "${SUMMARY}"
  WriteRegStr HKCU "${UNINSTALL}" URLInfoAbout "${HOMEPAGE}"
  WriteRegStr HKCU "${UNINSTALL}" InstallLocation "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" UninstallString '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" QuietUninstallString '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" EstimatedSize ${SIZE_KIB}
  WriteRegDWORD HKCU "${UNINSTALL}" NoModify 1
  WriteRegDWORD HKCU "${UNINSTALL}" NoRepair 1

  !insertmacro REGISTER_TYPE "${PROGID}" "fmsdiag report" "${EXTENSION}" "${MIME_TYPE}"
  !insertmacro REGISTER_TYPE "${PROFILE_PROGID}" "fmsdiag profile" "${PROFILE_EXTENSION}" "${PROFILE_MIME_TYPE}"
  WriteRegStr HKCU "${CLASSES}\${LINK_SCHEME}" "" "URL:fmsdiag profile"
  WriteRegStr HKCU "${CLASSES}\${LINK_SCHEME}" "URL Protocol" ""
  WriteRegStr HKCU "${CLASSES}\${LINK_SCHEME}\DefaultIcon" "" '"$INSTDIR\fmsdiag.exe",0'
  WriteRegStr HKCU "${CLASSES}\${LINK_SCHEME}\shell\open\command" "" '"$INSTDIR\fmsdiag.exe" "%1"'
  !insertmacro TELL_THE_SHELL

  CreateShortcut "$SMPROGRAMS\fmsdiag.lnk" "$INSTDIR\fmsdiag.exe" "" "" 0 SW_SHOWNORMAL "" "${SUMMARY}"
SectionEnd

Section /o "Icon on the desktop" DESKTOP_ICON
  CreateShortcut "$DESKTOP\fmsdiag.lnk" "$INSTDIR\fmsdiag.exe" "" "" 0 SW_SHOWNORMAL "" "${SUMMARY}"
SectionEnd

Section "-without an icon on the desktop"
  ${IfNot} ${SectionIsSelected} ${DESKTOP_ICON}
    Delete "$DESKTOP\fmsdiag.lnk"
  ${EndIf}
SectionEnd

LangString PROGRAM_TEXT ${LANG_ENGLISH} "The window and the command line, in the start menu and for ${EXTENSION} and ${PROFILE_EXTENSION} files."
LangString DESKTOP_TEXT ${LANG_ENGLISH} "An icon on the desktop that opens the window."
!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${PROGRAM} $(PROGRAM_TEXT)
  !insertmacro MUI_DESCRIPTION_TEXT ${DESKTOP_ICON} $(DESKTOP_TEXT)
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Function .onInit
  ${IfNot} ${AtLeastWin10}
  ${OrIfNot} ${AtLeastBuild} ${OLDEST_BUILD}
  ${OrIfNot} ${RunningX64}
    MessageBox MB_OK|MB_ICONSTOP "fmsdiag needs Windows 10 (1809) or later with 64 bits." /SD IDOK
    SetErrorLevel 216
    Quit
  ${EndIf}
  SetShellVarContext current
  ReadRegStr $Previous HKCU "${UNINSTALL}" InstallLocation

  ; The command line decides about the icon, else what there is now.
  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/DESKTOP=" $1
  ${If} ${Errors}
    StrCpy $1 0
    ${If} $Previous != ""
    ${AndIf} ${FileExists} "$DESKTOP\fmsdiag.lnk"
      StrCpy $1 1
    ${EndIf}
  ${EndIf}
  ${If} $1 == 1
    !insertmacro SelectSection ${DESKTOP_ICON}
  ${EndIf}
FunctionEnd

; The version that is installed knows its files, and removes them; what the user chose stays.
Function RemovePrevious
  ${If} $Previous == ""
  ${OrIfNot} ${FileExists} "$Previous\uninstall.exe"
    Return
  ${EndIf}
  DetailPrint "Removing the previous version"
  ClearErrors
  ExecWait '"$Previous\uninstall.exe" /S /UPGRADE _?=$Previous' $0
  ${If} ${Errors}
    StrCpy $0 2
  ${EndIf}
  ${If} $0 != 0
    MessageBox MB_OK|MB_ICONSTOP "The previous version in $Previous could not be removed." /SD IDOK
    SetErrorLevel $0
    Quit
  ${EndIf}
  Delete "$Previous\uninstall.exe" ; run in its place, it could not remove itself
  RMDir "$Previous"
FunctionEnd

; ---- uninstalling
Function un.onInit
  SetShellVarContext current
FunctionEnd

Section Uninstall
  !insertmacro REFUSE_WHILE_RUNNING $INSTDIR fmsdiag.exe
  !insertmacro REFUSE_WHILE_RUNNING $INSTDIR fmsdiag-cli.exe
  SetOutPath "$TEMP" ; a folder that is the current one cannot be removed
  !include "${FILES}/remove.nsh" ; removes nothing else: reports can lie there
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"

  ${GetParameters} $0
  ClearErrors
  ${GetOptions} $0 "/UPGRADE" $1
  ${IfNot} ${Errors}
    Return
  ${EndIf}

  Delete "$SMPROGRAMS\fmsdiag.lnk"
  Delete "$DESKTOP\fmsdiag.lnk"

  !insertmacro FORGET_TYPE "${PROGID}" "${EXTENSION}"
  !insertmacro FORGET_TYPE "${PROFILE_PROGID}" "${PROFILE_EXTENSION}"
  ReadRegStr $0 HKCU "${CLASSES}\${LINK_SCHEME}\shell\open\command" ""
  ${If} $0 == '"$INSTDIR\fmsdiag.exe" "%1"' ; it may be another program's by now
    DeleteRegKey HKCU "${CLASSES}\${LINK_SCHEME}"
  ${EndIf}
  !insertmacro TELL_THE_SHELL

  ; Settings (gui/app.py), log (log.py), journals (journal/folder.py), history (history/place.py) and pseudonyms (pseudonyms/place.py): only by their names, as above.
  DeleteRegKey HKCU "Software\fmsdiag\fmsdiag"
  DeleteRegKey /ifempty HKCU "Software\fmsdiag"
  Delete "$LOCALAPPDATA\fmsdiag\Logs\fmsdiag.log*"
  RMDir "$LOCALAPPDATA\fmsdiag\Logs"
  Delete "$LOCALAPPDATA\fmsdiag\journal\*.jsonl"
  Delete "$LOCALAPPDATA\fmsdiag\journal\*.damaged"
  RMDir "$LOCALAPPDATA\fmsdiag\journal"
  Delete "$LOCALAPPDATA\fmsdiag\history.sqlite3*"
  Delete "$LOCALAPPDATA\fmsdiag\pseudonyms.sqlite3*"
  RMDir "$LOCALAPPDATA\fmsdiag"

  DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
