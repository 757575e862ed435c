// Written by scripts/build-catalogue.ts; do not edit by hand.

/**
 * Editions with a published KMS client setup key. Columns: ID, generation, friendly name, EditionID, Name, setup key,
 * kind, server key group, confidence of Name, verification of the key; the name that the key is listed under, where
 * that is another.
 */
export const editionLines = `windows-vista-business	vista	Windows Vista Business	Business	Windows Vista(TM), Business edition	YFKBB-PQJJV-G996G-VWGXY-2V3X8	client		unverified	microsoft+independent
windows-vista-business-n	vista	Windows Vista Business N	BusinessN	Windows Vista(TM), BusinessN edition	HMBQG-8H2RH-C77VX-27R82-VMQBT	client		unverified	microsoft+independent
windows-vista-enterprise	vista	Windows Vista Enterprise	Enterprise	Windows Vista(TM), Enterprise edition	VKK3X-68KWM-X2YGT-QR4M6-4BWMV	client		unverified	microsoft+independent
windows-vista-enterprise-n	vista	Windows Vista Enterprise N	EnterpriseN	Windows Vista(TM), EnterpriseN edition	VTC42-BM838-43QHV-84HX6-XJXKV	client		unverified	microsoft+independent
windows-web-server-2008	ws2008	Windows Web Server 2008	ServerWeb	Windows Server(R) 2008, ServerWeb edition	WYR28-R7TFJ-3X2YQ-YCY4H-M249D	server	A	unverified	microsoft+independent
windows-server-2008-hpc	ws2008	Windows Server 2008 HPC	ServerComputeCluster	Windows Server(R) 2008, ServerComputeCluster edition	RCTX3-KWVHP-BR6TB-RB6DM-6X7HP	server	A	unverified	microsoft+independent
windows-server-2008-standard	ws2008	Windows Server 2008 Standard	ServerStandard	Windows Server(R) 2008, ServerStandard edition	TM24T-X9RMF-VWXK6-X8JC9-BFGM2	server	B	unverified	microsoft+independent
windows-server-2008-standard-without-hyper-v	ws2008	Windows Server 2008 Standard without Hyper-V	ServerStandardV	Windows Server(R) 2008, ServerStandardV edition	W7VD6-7JFBR-RX26B-YKQ3Y-6FFFJ	server	B	unverified	microsoft+independent
windows-server-2008-enterprise	ws2008	Windows Server 2008 Enterprise	ServerEnterprise	Windows Server(R) 2008, ServerEnterprise edition	YQGMW-MPWTJ-34KDK-48M3W-X4Q6V	server	B	unverified	microsoft+independent
windows-server-2008-enterprise-without-hyper-v	ws2008	Windows Server 2008 Enterprise without Hyper-V	ServerEnterpriseV	Windows Server(R) 2008, ServerEnterpriseV edition	39BXF-X8Q23-P2WWT-38T2F-G3FPG	server	B	unverified	microsoft+independent
windows-server-2008-datacenter	ws2008	Windows Server 2008 Datacenter	ServerDatacenter	Windows Server(R) 2008, ServerDatacenter edition	7M67G-PC374-GR742-YH8V4-TCBY3	server	C	unverified	microsoft+independent
windows-server-2008-datacenter-without-hyper-v	ws2008	Windows Server 2008 Datacenter without Hyper-V	ServerDatacenterV	Windows Server(R) 2008, ServerDatacenterV edition	22XQ2-VRXRG-P8D42-K34TD-G3QQC	server	C	unverified	microsoft+independent
windows-server-2008-for-itanium-based-systems	ws2008	Windows Server 2008 for Itanium-Based Systems	ServerEnterpriseIA64	Windows Server(R) 2008, ServerEnterpriseIA64 edition	4DWFP-JF3DJ-B7DTH-78FJB-PDRHK	server	C	unverified	microsoft+independent
windows-7-professional	win7	Windows 7 Professional	Professional	Windows(R) 7, Professional edition	FJ82H-XT6CR-J8D7P-XQJJ2-GPDD4	client		derived	microsoft+independent
windows-7-professional-n	win7	Windows 7 Professional N	ProfessionalN	Windows(R) 7, ProfessionalN edition	MRPKT-YTG23-K7D7T-X2JMM-QY7MG	client		derived	microsoft+independent
windows-7-professional-e	win7	Windows 7 Professional E	ProfessionalE	Windows(R) 7, ProfessionalE edition	W82YF-2Q76Y-63HXB-FGJG9-GF7QX	client		derived	microsoft+independent
windows-7-enterprise	win7	Windows 7 Enterprise	Enterprise	Windows(R) 7, Enterprise edition	33PXH-7Y6KF-2VJC9-XBBR8-HVTHH	client		documented	microsoft+independent
windows-7-enterprise-n	win7	Windows 7 Enterprise N	EnterpriseN	Windows(R) 7, EnterpriseN edition	YDRBP-3D83W-TY26F-D46B2-XCKRJ	client		derived	microsoft+independent
windows-7-enterprise-e	win7	Windows 7 Enterprise E	EnterpriseE	Windows(R) 7, EnterpriseE edition	C29WB-22CC8-VJ326-GHFJW-H9DH4	client		derived	microsoft+independent
windows-web-server-2008-r2	ws2008r2	Windows Web Server 2008 R2	ServerWeb	Windows Server(R), ServerWeb edition	6TPJF-RBVHG-WBW2R-86QPH-6RTM4	server	A	derived	microsoft+independent
windows-server-2008-r2-hpc-edition	ws2008r2	Windows Server 2008 R2 HPC Edition	ServerHPC	Windows Server(R), ServerHPC edition	TT8MH-CG224-D3D7Q-498W2-9QCTX	server	A	unverified	microsoft+independent
windows-server-2008-r2-hpc-edition-2009-guide-table-6	ws2008r2	Windows Server 2008 R2 HPC Edition (key of 2009)	ServerComputeCluster	Windows Server(R), ServerComputeCluster edition	FKJQ8-TMCVP-FRMR7-4WR42-3JCD7	server	A	derived	microsoft+independent	Windows Server 2008 R2 HPC Edition (2009 guide, Table 6)
windows-server-2008-r2-standard	ws2008r2	Windows Server 2008 R2 Standard	ServerStandard	Windows Server(R), ServerStandard edition	YC6KT-GKW9T-YTKYR-T4X34-R7VHC	server	B	derived	microsoft+independent
windows-server-2008-r2-enterprise	ws2008r2	Windows Server 2008 R2 Enterprise	ServerEnterprise	Windows Server(R), ServerEnterprise edition	489J6-VHDMP-X63PK-3K798-CPX3Y	server	B	documented	microsoft+independent
windows-server-2008-r2-datacenter	ws2008r2	Windows Server 2008 R2 Datacenter	ServerDatacenter	Windows Server(R), ServerDatacenter edition	74YFP-3QFB3-KQT8W-PMXWJ-7M648	server	C	derived	microsoft+independent
windows-server-2008-r2-for-itanium-based-systems	ws2008r2	Windows Server 2008 R2 for Itanium-Based Systems	ServerEnterpriseIA64	Windows Server(R), ServerEnterpriseIA64 edition	GT63C-RJFQ3-4GMB6-BRFB9-CB83V	server	C	derived	microsoft+independent
windows-8-pro	win8	Windows 8 Pro	Professional	Windows(R), Professional edition	NG4HW-VH26C-733KW-K6F98-J8CK4	client		derived	microsoft+independent
windows-8-pro-n	win8	Windows 8 Pro N	ProfessionalN	Windows(R), ProfessionalN edition	XCVCF-2NXM9-723PB-MHCB7-2RYQQ	client		derived	microsoft+independent
windows-8-enterprise	win8	Windows 8 Enterprise	Enterprise	Windows(R), Enterprise edition	32JNW-9KQ84-P47T8-D8GGY-CWCK7	client		derived	microsoft+independent
windows-8-enterprise-n	win8	Windows 8 Enterprise N	EnterpriseN	Windows(R), EnterpriseN edition	JMNMF-RHW7P-DMY6X-RF3DR-X2BQT	client		derived	microsoft+independent
windows-server-2012-standard	ws2012	Windows Server 2012 Standard	ServerStandard	Windows(R), ServerStandard edition	XC9B7-NBPP2-83J2H-RHMBY-92BT4	server		derived	microsoft+independent
windows-server-2012-datacenter	ws2012	Windows Server 2012 Datacenter	ServerDatacenter	Windows(R), ServerDatacenter edition	48HP8-DN98B-MYWDG-T2DCC-8W83P	server		derived	microsoft+independent
windows-server-2012-multipoint-standard	ws2012	Windows Server 2012 MultiPoint Standard	ServerMultiPointStandard	Windows(R), ServerMultiPointStandard edition	HM7DN-YVMH3-46JC3-XYTG7-CYQJJ	server		derived	microsoft+independent
windows-server-2012-multipoint-premium	ws2012	Windows Server 2012 MultiPoint Premium	ServerMultiPointPremium	Windows(R), ServerMultiPointPremium edition	XNH6W-2V9GX-RGJ4K-Y8X6F-QGJ2G	server		derived	microsoft+independent
windows-server-2012-essentials	ws2012	Windows Server 2012 Essentials	ServerSolution	Windows(R), ServerSolution edition	HTDQM-NBMMG-KGYDT-2DTKT-J2MPV	server		derived	microsoft-only
windows-server-2012-listed-name-edition-core	win8	Windows 8 Core	Core	Windows(R), Core edition	BN3D2-R7TKB-3YPBD-8DRP2-27GG4	client		derived	microsoft+independent	Windows Server 2012 (listed name) = edition Core
windows-server-2012-n-listed-name-edition-coren	win8	Windows 8 Core N	CoreN	Windows(R), CoreN edition	8N2M2-HWPGY-7PGT9-HGDD8-GVGGY	client		derived	microsoft+independent	Windows Server 2012 N (listed name) = edition CoreN
windows-server-2012-single-language-listed-name-edition-coresinglelanguage	win8	Windows 8 Core Single Language	CoreSingleLanguage	Windows(R), CoreSingleLanguage edition	2WN2H-YGCQR-KFX6K-CD6TF-84YXQ	client		derived	microsoft+independent	Windows Server 2012 Single Language (listed name) = edition CoreSingleLanguage
windows-server-2012-country-specific-listed-name-edition-corecountryspecific	win8	Windows 8 Core Country Specific	CoreCountrySpecific	Windows(R), CoreCountrySpecific edition	4K36P-JN4VD-GDC6V-KDT89-DYFKP	client		derived	microsoft+independent	Windows Server 2012 Country Specific (listed name) = edition CoreCountrySpecific
windows-8.1-pro	win8.1	Windows 8.1 Pro	Professional	Windows(R), Professional edition	GCRJD-8NW9H-F2CDX-CCM8D-9D6T9	client		derived	microsoft+independent
windows-8.1-pro-n	win8.1	Windows 8.1 Pro N	ProfessionalN	Windows(R), ProfessionalN edition	HMCNV-VVBFX-7HMBH-CTY9B-B4FXY	client		derived	microsoft+independent
windows-8.1-enterprise	win8.1	Windows 8.1 Enterprise	Enterprise	Windows(R), Enterprise edition	MHF9N-XY6XB-WVXMC-BTDCT-MKKG7	client		derived	microsoft+independent
windows-8.1-enterprise-n	win8.1	Windows 8.1 Enterprise N	EnterpriseN	Windows(R), EnterpriseN edition	TT4HM-HN7YT-62K67-RGRQJ-JFFXW	client		derived	microsoft+independent
windows-server-2012-r2-standard	ws2012r2	Windows Server 2012 R2 Standard	ServerStandard	Windows(R), ServerStandard edition	D2N9P-3P6X9-2R39C-7RTCD-MDVJX	server		derived	microsoft+independent
windows-server-2012-r2-datacenter	ws2012r2	Windows Server 2012 R2 Datacenter	ServerDatacenter	Windows(R), ServerDatacenter edition	W3GGN-FT8W3-Y4M27-J84CP-Q3VJ9	server		derived	microsoft+independent
windows-server-2012-r2-essentials	ws2012r2	Windows Server 2012 R2 Essentials	ServerSolution	Windows(R), ServerSolution edition	KNC87-3J2TX-XB4WP-VCPJV-M4FWM	server		derived	microsoft+independent
windows-10-pro	win10	Windows 10 Pro	Professional	Windows(R), Professional edition	W269N-WFGWX-YVC9B-4J6C9-T83GX	client		derived	microsoft+independent
windows-11-pro	win11	Windows 11 Pro	Professional	Windows(R), Professional edition	W269N-WFGWX-YVC9B-4J6C9-T83GX	client		derived	microsoft+independent
windows-10-pro-n	win10	Windows 10 Pro N	ProfessionalN	Windows(R), ProfessionalN edition	MH37W-N47XK-V7XM9-C7227-GCQG9	client		derived	microsoft+independent
windows-11-pro-n	win11	Windows 11 Pro N	ProfessionalN	Windows(R), ProfessionalN edition	MH37W-N47XK-V7XM9-C7227-GCQG9	client		derived	microsoft+independent
windows-10-pro-for-workstations	win10	Windows 10 Pro for Workstations	ProfessionalWorkstation	Windows(R), ProfessionalWorkstation edition	NRG8B-VKK3Q-CXVCJ-9G2XF-6Q84J	client		derived	microsoft+independent
windows-11-pro-for-workstations	win11	Windows 11 Pro for Workstations	ProfessionalWorkstation	Windows(R), ProfessionalWorkstation edition	NRG8B-VKK3Q-CXVCJ-9G2XF-6Q84J	client		derived	microsoft+independent
windows-10-pro-for-workstations-n	win10	Windows 10 Pro for Workstations N	ProfessionalWorkstationN	Windows(R), ProfessionalWorkstationN edition	9FNHH-K3HBT-3W4TD-6383H-6XYWF	client		derived	microsoft+independent
windows-11-pro-for-workstations-n	win11	Windows 11 Pro for Workstations N	ProfessionalWorkstationN	Windows(R), ProfessionalWorkstationN edition	9FNHH-K3HBT-3W4TD-6383H-6XYWF	client		derived	microsoft+independent
windows-10-pro-education	win10	Windows 10 Pro Education	ProfessionalEducation	Windows(R), ProfessionalEducation edition	6TP4R-GNPTD-KYYHQ-7B7DP-J447Y	client		derived	microsoft+independent
windows-11-pro-education	win11	Windows 11 Pro Education	ProfessionalEducation	Windows(R), ProfessionalEducation edition	6TP4R-GNPTD-KYYHQ-7B7DP-J447Y	client		derived	microsoft+independent
windows-10-pro-education-n	win10	Windows 10 Pro Education N	ProfessionalEducationN	Windows(R), ProfessionalEducationN edition	YVWGF-BXNMC-HTQYQ-CPQ99-66QFC	client		derived	microsoft+independent
windows-11-pro-education-n	win11	Windows 11 Pro Education N	ProfessionalEducationN	Windows(R), ProfessionalEducationN edition	YVWGF-BXNMC-HTQYQ-CPQ99-66QFC	client		derived	microsoft+independent
windows-10-education	win10	Windows 10 Education	Education	Windows(R), Education edition	NW6C2-QMPVW-D7KKK-3GKT6-VCFB2	client		derived	microsoft+independent
windows-11-education	win11	Windows 11 Education	Education	Windows(R), Education edition	NW6C2-QMPVW-D7KKK-3GKT6-VCFB2	client		derived	microsoft+independent
windows-10-education-n	win10	Windows 10 Education N	EducationN	Windows(R), EducationN edition	2WH4N-8QGBV-H22JP-CT43Q-MDWWJ	client		derived	microsoft+independent
windows-11-education-n	win11	Windows 11 Education N	EducationN	Windows(R), EducationN edition	2WH4N-8QGBV-H22JP-CT43Q-MDWWJ	client		derived	microsoft+independent
windows-10-enterprise	win10	Windows 10 Enterprise	Enterprise	Windows(R), Enterprise edition	NPPR9-FWDCX-D2C8J-H872K-2YT43	client		derived	microsoft+independent
windows-11-enterprise	win11	Windows 11 Enterprise	Enterprise	Windows(R), Enterprise edition	NPPR9-FWDCX-D2C8J-H872K-2YT43	client		derived	microsoft+independent
windows-10-enterprise-n	win10	Windows 10 Enterprise N	EnterpriseN	Windows(R), EnterpriseN edition	DPH2V-TTNVB-4X9Q3-TJR4H-KHJW4	client		derived	microsoft+independent
windows-11-enterprise-n	win11	Windows 11 Enterprise N	EnterpriseN	Windows(R), EnterpriseN edition	DPH2V-TTNVB-4X9Q3-TJR4H-KHJW4	client		derived	microsoft+independent
windows-10-enterprise-g	win10	Windows 10 Enterprise G	EnterpriseG	Windows(R), EnterpriseG edition	YYVX9-NTFWV-6MDM3-9PT4T-4M68B	client		derived	microsoft-only
windows-11-enterprise-g	win11	Windows 11 Enterprise G	EnterpriseG	Windows(R), EnterpriseG edition	YYVX9-NTFWV-6MDM3-9PT4T-4M68B	client		derived	microsoft-only
windows-10-enterprise-g-n	win10	Windows 10 Enterprise G N	EnterpriseGN	Windows(R), EnterpriseGN edition	44RPN-FTY23-9VTTB-MP9BX-T84FV	client		derived	microsoft-only
windows-11-enterprise-g-n	win11	Windows 11 Enterprise G N	EnterpriseGN	Windows(R), EnterpriseGN edition	44RPN-FTY23-9VTTB-MP9BX-T84FV	client		derived	microsoft-only
windows-10-enterprise-ltsc-2019	win10	Windows 10 Enterprise LTSC 2019	EnterpriseS	Windows(R), EnterpriseS edition	M7XTQ-FN8P6-TTKYV-9D4CC-J462D	client		documented	microsoft+independent
windows-10-enterprise-ltsc-2021	win10	Windows 10 Enterprise LTSC 2021	EnterpriseS	Windows(R), EnterpriseS edition	M7XTQ-FN8P6-TTKYV-9D4CC-J462D	client		documented	microsoft+independent
windows-11-enterprise-ltsc-2024	win11	Windows 11 Enterprise LTSC 2024	EnterpriseS	Windows(R), EnterpriseS edition	M7XTQ-FN8P6-TTKYV-9D4CC-J462D	client		documented	microsoft+independent
windows-10-enterprise-n-ltsc-2019	win10	Windows 10 Enterprise N LTSC 2019	EnterpriseSN	Windows(R), EnterpriseSN edition	92NFX-8DJQP-P6BBQ-THF9C-7CG2H	client		derived	microsoft+independent
windows-10-enterprise-n-ltsc-2021	win10	Windows 10 Enterprise N LTSC 2021	EnterpriseSN	Windows(R), EnterpriseSN edition	92NFX-8DJQP-P6BBQ-THF9C-7CG2H	client		derived	microsoft+independent
windows-11-enterprise-n-ltsc-2024	win11	Windows 11 Enterprise N LTSC 2024	EnterpriseSN	Windows(R), EnterpriseSN edition	92NFX-8DJQP-P6BBQ-THF9C-7CG2H	client		derived	microsoft+independent
windows-iot-enterprise-ltsc-2021	win10	Windows IoT Enterprise LTSC 2021	IoTEnterpriseS	Windows(R), IoTEnterpriseS edition	KBN8V-HFGQ4-MGXVD-347P6-PDQGT	client		derived	microsoft-only
windows-iot-enterprise-ltsc-2024	win11	Windows IoT Enterprise LTSC 2024	IoTEnterpriseS	Windows(R), IoTEnterpriseS edition	KBN8V-HFGQ4-MGXVD-347P6-PDQGT	client		derived	microsoft-only
windows-10-enterprise-ltsb-2016	win10	Windows 10 Enterprise LTSB 2016	EnterpriseS	Windows(R), EnterpriseS edition	DCPHK-NFMTC-H88MJ-PFHPY-QJ4BJ	client		derived	microsoft+independent
windows-10-enterprise-n-ltsb-2016	win10	Windows 10 Enterprise N LTSB 2016	EnterpriseSN	Windows(R), EnterpriseSN edition	QFFDN-GRT3P-VKWWX-X7T3R-8B639	client		derived	microsoft+independent
windows-10-enterprise-ltsb-2015	win10	Windows 10 Enterprise LTSB 2015	EnterpriseS	Windows(R), EnterpriseS edition	WNMTR-4C88C-JK8YV-HQ7T2-76DF9	client		derived	microsoft+independent
windows-10-enterprise-n-ltsb-2015	win10	Windows 10 Enterprise N LTSB 2015	EnterpriseSN	Windows(R), EnterpriseSN edition	2F77B-TNFGY-69QQF-B8YKP-D69TJ	client		derived	microsoft+independent
windows-server-2016-standard	ws2016	Windows Server 2016 Standard	ServerStandard	Windows(R), ServerStandard edition	WC2BQ-8NRM3-FDDYY-2BFGV-KHKQY	server		derived	microsoft+independent
windows-server-2016-datacenter	ws2016	Windows Server 2016 Datacenter	ServerDatacenter	Windows(R), ServerDatacenter edition	CB7KF-BWN84-R7R2Y-793K2-8XDDG	server		derived	microsoft+independent
windows-server-2016-essentials	ws2016	Windows Server 2016 Essentials	ServerSolution	Windows(R), ServerSolution edition	JCKRF-N37P4-C2D82-9YXRT-4M63B	server		derived	microsoft+independent
windows-server-2019-standard	ws2019	Windows Server 2019 Standard	ServerStandard	Windows(R), ServerStandard edition	N69G4-B89J2-4G8F4-WWYCC-J464C	server		derived	microsoft+independent
windows-server-2019-datacenter	ws2019	Windows Server 2019 Datacenter	ServerDatacenter	Windows(R), ServerDatacenter edition	WMDGN-G9PQG-XVVXX-R3X43-63DFG	server		derived	microsoft+independent
windows-server-2019-essentials	ws2019	Windows Server 2019 Essentials	ServerSolution	Windows(R), ServerSolution edition	WVDHN-86M7X-466P6-VHXV7-YY726	server		derived	microsoft+independent
windows-server-2022-standard	ws2022	Windows Server 2022 Standard	ServerStandard	Windows(R), ServerStandard edition	VDYBN-27WPP-V4HQT-9VMD4-VMK7H	server		derived	microsoft+independent
windows-server-2022-datacenter	ws2022	Windows Server 2022 Datacenter	ServerDatacenter	Windows(R), ServerDatacenter edition	WX4NM-KYWYW-QJJR4-XV3QB-6VM33	server		derived	microsoft+independent
windows-server-2022-datacenter-azure-edition	ws2022	Windows Server 2022 Datacenter: Azure Edition	ServerTurbine	Windows(R), ServerTurbine edition	NTBV8-9K7Q8-V27C6-M2BTV-KHMXV	server		unverified	microsoft+independent
windows-server-2025-standard	ws2025	Windows Server 2025 Standard	ServerStandard	Windows(R), ServerStandard edition	TVRH6-WHNXV-R9WG3-9XRFY-MY832	server		derived	microsoft+independent
windows-server-2025-datacenter	ws2025	Windows Server 2025 Datacenter	ServerDatacenter	Windows(R), ServerDatacenter edition	D764K-2NDRG-47T6Q-P8T8W-YP6DF	server		derived	microsoft+independent
windows-server-2025-datacenter-azure-edition	ws2025	Windows Server 2025 Datacenter: Azure Edition	ServerTurbine	Windows(R), ServerTurbine edition	XGN3F-F394H-FD2MY-PP6FD-8MCRC	server		unverified	microsoft+independent
windows-server-standard-1809-1903-1909-2004-20h2	ws-sac	Windows Server Standard (1809, 1903, 1909, 2004, 20H2)	ServerStandardACor	Windows(R), ServerStandardACor edition	N2KJX-J94YW-TQVFB-DG9YT-724CC	server		unverified	microsoft+independent
windows-server-datacenter-1809-1903-1909-2004-20h2	ws-sac	Windows Server Datacenter (1809, 1903, 1909, 2004, 20H2)	ServerDatacenterACor	Windows(R), ServerDatacenterACor edition	6NMRW-2C8FM-D24W7-TQWMY-CWH2D	server		unverified	microsoft+independent
windows-server-standard-1803	ws-sac	Windows Server Standard (1803)	ServerStandardACor	Windows(R), ServerStandardACor edition	PTXN8-JFHJM-4WC78-MPCBR-9W4KR	server		unverified	microsoft+independent
windows-server-datacenter-1803	ws-sac	Windows Server Datacenter (1803)	ServerDatacenterACor	Windows(R), ServerDatacenterACor edition	2HXDN-KRXHB-GPYC7-YCKFJ-7FVDG	server		unverified	microsoft+independent
windows-server-standard-1709	ws-sac	Windows Server Standard (1709)	ServerStandardACor	Windows(R), ServerStandardACor edition	DPCNP-XQFKJ-BJF7R-FRC8D-GF6G4	server		unverified	microsoft+independent
windows-server-datacenter-1709	ws-sac	Windows Server Datacenter (1709)	ServerDatacenterACor	Windows(R), ServerDatacenterACor edition	6Y6KB-N82V8-D8CQV-23MJW-BWTG6	server		unverified	microsoft+independent
office-professional-plus-2010	2010	Office Professional Plus 2010	ProPlus	Office 14, OfficeProPlus-KMS_Client edition	VYBBJ-TRJPB-QFQRF-QFT4D-H3GVB	office		unverified	independent-copies
office-standard-2010	2010	Office Standard 2010	Standard	Office 14, OfficeStandard-KMS_Client edition	V7QKV-4XVVR-XYV4D-F7DFM-8R6BM	office		unverified	independent-copies
project-professional-2010	2010	Project Professional 2010	ProjectPro	Office 14, OfficeProjectPro-KMS_Client edition	YGX6F-PGV49-PGW3J-9BTGG-VHKC6	office		unverified	independent-copies
project-standard-2010	2010	Project Standard 2010	ProjectStd	Office 14, OfficeProjectStd-KMS_Client edition	4HP3K-88W3F-W2K3D-6677X-F9PGB	office		unverified	independent-copies
visio-premium-2010	2010	Visio Premium 2010	VisioPrem	Office 14, OfficeVisioPrem-KMS_Client edition	D9DWC-HPYVV-JGF4P-BTWQB-WX8BJ	office		unverified	independent-copies
visio-professional-2010	2010	Visio Professional 2010	VisioPro	Office 14, OfficeVisioPro-KMS_Client edition	7MCW8-VRQVK-G677T-PDJCM-Q8TCP	office		unverified	independent-copies
visio-standard-2010	2010	Visio Standard 2010	VisioStd	Office 14, OfficeVisioStd-KMS_Client edition	767HD-QGMWX-8QTDB-9G3R2-KHFGJ	office		unverified	independent-copies
access-2010	2010	Access 2010	Access	Office 14, OfficeAccess-KMS_Client edition	V7Y44-9T38C-R2VJK-666HK-T7DDX	office		unverified	independent-copies
excel-2010	2010	Excel 2010	Excel	Office 14, OfficeExcel-KMS_Client edition	H62QG-HXVKF-PP4HP-66KMR-CW9BM	office		unverified	independent-copies
infopath-2010	2010	InfoPath 2010	InfoPath	Office 14, OfficeInfoPath-KMS_Client edition	K96W8-67RPQ-62T9Y-J8FQJ-BT37T	office		unverified	independent-copies
onenote-2010	2010	OneNote 2010	OneNote	Office 14, OfficeOneNote-KMS_Client edition	Q4Y4M-RHWJM-PY37F-MTKWH-D3XHX	office		unverified	independent-copies
outlook-2010	2010	Outlook 2010	Outlook	Office 14, OfficeOutlook-KMS_Client edition	7YDC2-CWM8M-RRTJC-8MDVC-X3DWQ	office		unverified	independent-copies
powerpoint-2010	2010	PowerPoint 2010	PowerPoint	Office 14, OfficePowerPoint-KMS_Client edition	RC8FX-88JRY-3PF7C-X8P67-P4VTT	office		unverified	independent-copies
publisher-2010	2010	Publisher 2010	Publisher	Office 14, OfficePublisher-KMS_Client edition	BFK7F-9MYHM-V68C7-DRQ66-83YTP	office		unverified	independent-copies
sharepoint-workspace-2010	2010	SharePoint Workspace 2010	Groove	Office 14, OfficeGroove-KMS_Client edition	QYYW6-QP4CB-MBV6G-HYMCJ-4T3J4	office		unverified	independent-copies
word-2010	2010	Word 2010	Word	Office 14, OfficeWord-KMS_Client edition	HVHB3-C6FV7-KQX9W-YQG79-CRY7T	office		unverified	independent-copies
office-professional-plus-2013	2013	Office Professional Plus 2013	ProPlus	Office 15, OfficeProPlusVL_KMS_Client edition	YC7DK-G2NP3-2QQC3-J6H88-GVGXT	office		unverified	independent-copies
office-standard-2013	2013	Office Standard 2013	Standard	Office 15, OfficeStandardVL_KMS_Client edition	KBKQT-2NMXY-JJWGP-M62JB-92CD4	office		unverified	independent-copies
project-professional-2013	2013	Project Professional 2013	ProjectPro	Office 15, OfficeProjectProVL_KMS_Client edition	FN8TT-7WMH6-2D4X9-M337T-2342K	office		unverified	independent-copies
project-standard-2013	2013	Project Standard 2013	ProjectStd	Office 15, OfficeProjectStdVL_KMS_Client edition	6NTH3-CW976-3G3Y2-JK3TX-8QHTT	office		unverified	independent-copies
visio-professional-2013	2013	Visio Professional 2013	VisioPro	Office 15, OfficeVisioProVL_KMS_Client edition	C2FG9-N6J68-H8BTJ-BW3QX-RM3B3	office		unverified	independent-copies
visio-standard-2013	2013	Visio Standard 2013	VisioStd	Office 15, OfficeVisioStdVL_KMS_Client edition	J484Y-4NKBF-W2HMG-DBMJC-PGWR7	office		unverified	independent-copies
access-2013	2013	Access 2013	Access	Office 15, OfficeAccessVL_KMS_Client edition	NG2JY-H4JBT-HQXYP-78QH9-4JM2D	office		unverified	independent-copies
excel-2013	2013	Excel 2013	Excel	Office 15, OfficeExcelVL_KMS_Client edition	VGPNG-Y7HQW-9RHP7-TKPV3-BG7GB	office		unverified	independent-copies
infopath-2013	2013	InfoPath 2013	InfoPath	Office 15, OfficeInfoPathVL_KMS_Client edition	DKT8B-N7VXH-D963P-Q4PHY-F8894	office		unverified	independent-copies
lync-2013	2013	Lync 2013	Lync	Office 15, OfficeLyncVL_KMS_Client edition	2MG3G-3BNTT-3MFW9-KDQW3-TCK7R	office		unverified	independent-copies
onenote-2013	2013	OneNote 2013	OneNote	Office 15, OfficeOneNoteVL_KMS_Client edition	TGN6P-8MMBC-37P2F-XHXXK-P34VW	office		unverified	independent-copies
outlook-2013	2013	Outlook 2013	Outlook	Office 15, OfficeOutlookVL_KMS_Client edition	QPN8Q-BJBTJ-334K3-93TGY-2PMBT	office		unverified	independent-copies
powerpoint-2013	2013	PowerPoint 2013	PowerPoint	Office 15, OfficePowerPointVL_KMS_Client edition	4NT99-8RJFH-Q2VDH-KYG2C-4RD4F	office		unverified	independent-copies
publisher-2013	2013	Publisher 2013	Publisher	Office 15, OfficePublisherVL_KMS_Client edition	PN2WF-29XG2-T9HJ7-JQPJR-FCXK4	office		unverified	independent-copies
word-2013	2013	Word 2013	Word	Office 15, OfficeWordVL_KMS_Client edition	6Q7VD-NX8JD-WJ2VH-88V73-4GBJ7	office		unverified	independent-copies
office-ltsc-professional-plus-2024	2024	Office LTSC Professional Plus 2024	ProPlus	Office 24, Office24ProPlus2024VL_KMS_Client_AE edition	XJ2XN-FW8RK-P4HMP-DKDBV-GCVGB	office		unverified	microsoft-only
office-ltsc-standard-2024	2024	Office LTSC Standard 2024	Standard	Office 24, Office24Standard2024VL_KMS_Client_AE edition	V28N4-JG22K-W66P8-VTMGK-H6HGR	office		unverified	microsoft-only
project-professional-2024	2024	Project Professional 2024	ProjectPro	Office 24, Office24ProjectPro2024VL_KMS_Client_AE edition	FQQ23-N4YCY-73HQ3-FM9WC-76HF4	office		unverified	microsoft-only
project-standard-2024	2024	Project Standard 2024	ProjectStd	Office 24, Office24ProjectStd2024VL_KMS_Client_AE edition	PD3TT-NTHQQ-VC7CY-MFXK3-G87F8	office		unverified	microsoft-only
visio-ltsc-professional-2024	2024	Visio LTSC Professional 2024	VisioPro	Office 24, Office24VisioPro2024VL_KMS_Client_AE edition	B7TN8-FJ8V3-7QYCP-HQPMV-YY89G	office		unverified	microsoft-only
visio-ltsc-standard-2024	2024	Visio LTSC Standard 2024	VisioStd	Office 24, Office24VisioStd2024VL_KMS_Client_AE edition	JMMVY-XFNQC-KK4HK-9H7R3-WQQTV	office		unverified	microsoft-only
access-ltsc-2024	2024	Access LTSC 2024	Access	Office 24, Office24Access2024VL_KMS_Client_AE edition	82FTR-NCHR7-W3944-MGRHM-JMCWD	office		unverified	microsoft-only
excel-ltsc-2024	2024	Excel LTSC 2024	Excel	Office 24, Office24Excel2024VL_KMS_Client_AE edition	F4DYN-89BP2-WQTWJ-GR8YC-CKGJG	office		unverified	microsoft-only
outlook-ltsc-2024	2024	Outlook LTSC 2024	Outlook	Office 24, Office24Outlook2024VL_KMS_Client_AE edition	D2F8D-N3Q3B-J28PV-X27HD-RJWB9	office		unverified	microsoft-only
powerpoint-ltsc-2024	2024	PowerPoint LTSC 2024	PowerPoint	Office 24, Office24PowerPoint2024VL_KMS_Client_AE edition	CW94N-K6GJH-9CTXY-MG2VC-FYCWP	office		unverified	microsoft-only
skype-for-business-ltsc-2024	2024	Skype for Business LTSC 2024	SkypeforBusiness	Office 24, Office24SkypeforBusiness2024VL_KMS_Client_AE edition	4NKHF-9HBQF-Q3B6C-7YV34-F64P3	office		unverified	microsoft-only
word-ltsc-2024	2024	Word LTSC 2024	Word	Office 24, Office24Word2024VL_KMS_Client_AE edition	MQ84N-7VYDM-FXV7C-6K7CC-VFW9J	office		unverified	microsoft-only
office-ltsc-professional-plus-2021	2021	Office LTSC Professional Plus 2021	ProPlus	Office 21, Office21ProPlus2021VL_KMS_Client_AE edition	FXYTK-NJJ8C-GB6DW-3DYQT-6F7TH	office		unverified	microsoft+independent
office-ltsc-standard-2021	2021	Office LTSC Standard 2021	Standard	Office 21, Office21Standard2021VL_KMS_Client_AE edition	KDX7X-BNVR8-TXXGX-4Q7Y8-78VT3	office		unverified	microsoft+independent
project-professional-2021	2021	Project Professional 2021	ProjectPro	Office 21, Office21ProjectPro2021VL_KMS_Client_AE edition	FTNWT-C6WBT-8HMGF-K9PRX-QV9H8	office		unverified	microsoft+independent
project-standard-2021	2021	Project Standard 2021	ProjectStd	Office 21, Office21ProjectStd2021VL_KMS_Client_AE edition	J2JDC-NJCYY-9RGQ4-YXWMH-T3D4T	office		unverified	microsoft+independent
visio-ltsc-professional-2021	2021	Visio LTSC Professional 2021	VisioPro	Office 21, Office21VisioPro2021VL_KMS_Client_AE edition	KNH8D-FGHT4-T8RK3-CTDYJ-K2HT4	office		unverified	microsoft+independent
visio-ltsc-standard-2021	2021	Visio LTSC Standard 2021	VisioStd	Office 21, Office21VisioStd2021VL_KMS_Client_AE edition	MJVNY-BYWPY-CWV6J-2RKRT-4M8QG	office		unverified	microsoft+independent
access-ltsc-2021	2021	Access LTSC 2021	Access	Office 21, Office21Access2021VL_KMS_Client_AE edition	WM8YG-YNGDD-4JHDC-PG3F4-FC4T4	office		unverified	microsoft+independent
excel-ltsc-2021	2021	Excel LTSC 2021	Excel	Office 21, Office21Excel2021VL_KMS_Client_AE edition	NWG3X-87C9K-TC7YY-BC2G7-G6RVC	office		unverified	microsoft+independent
outlook-ltsc-2021	2021	Outlook LTSC 2021	Outlook	Office 21, Office21Outlook2021VL_KMS_Client_AE edition	C9FM6-3N72F-HFJXB-TM3V9-T86R9	office		unverified	microsoft+independent
powerpoint-ltsc-2021	2021	PowerPoint LTSC 2021	PowerPoint	Office 21, Office21PowerPoint2021VL_KMS_Client_AE edition	TY7XF-NFRBR-KJ44C-G83KF-GX27K	office		unverified	microsoft+independent
publisher-ltsc-2021	2021	Publisher LTSC 2021	Publisher	Office 21, Office21Publisher2021VL_KMS_Client_AE edition	2MW9D-N4BXM-9VBPG-Q7W6M-KFBGQ	office		unverified	microsoft+independent
skype-for-business-ltsc-2021	2021	Skype for Business LTSC 2021	SkypeforBusiness	Office 21, Office21SkypeforBusiness2021VL_KMS_Client_AE edition	HWCXN-K3WBT-WJBKY-R8BD9-XK29P	office		unverified	microsoft+independent
word-ltsc-2021	2021	Word LTSC 2021	Word	Office 21, Office21Word2021VL_KMS_Client_AE edition	TN8H9-M34D3-Y64V9-TR72V-X79KV	office		unverified	microsoft+independent
office-professional-plus-2019	2019	Office Professional Plus 2019	ProPlus	Office 19, Office19ProPlus2019VL_KMS_Client_AE edition	NMMKJ-6RK4F-KMJVX-8D9MJ-6MWKP	office		documented	microsoft+independent
office-standard-2019	2019	Office Standard 2019	Standard	Office 19, Office19Standard2019VL_KMS_Client_AE edition	6NWWJ-YQWMR-QKGCB-6TMB3-9D9HK	office		unverified	microsoft+independent
project-professional-2019	2019	Project Professional 2019	ProjectPro	Office 19, Office19ProjectPro2019VL_KMS_Client_AE edition	B4NPR-3FKK7-T2MBV-FRQ4W-PKD2B	office		unverified	microsoft+independent
project-standard-2019	2019	Project Standard 2019	ProjectStd	Office 19, Office19ProjectStd2019VL_KMS_Client_AE edition	C4F7P-NCP8C-6CQPT-MQHV9-JXD2M	office		unverified	microsoft+independent
visio-professional-2019	2019	Visio Professional 2019	VisioPro	Office 19, Office19VisioPro2019VL_KMS_Client_AE edition	9BGNQ-K37YR-RQHF2-38RQ3-7VCBB	office		unverified	microsoft+independent
visio-standard-2019	2019	Visio Standard 2019	VisioStd	Office 19, Office19VisioStd2019VL_KMS_Client_AE edition	7TQNQ-K3YQQ-3PFH7-CCPPM-X4VQ2	office		unverified	microsoft+independent
access-2019	2019	Access 2019	Access	Office 19, Office19Access2019VL_KMS_Client_AE edition	9N9PT-27V4Y-VJ2PD-YXFMF-YTFQT	office		unverified	microsoft+independent
excel-2019	2019	Excel 2019	Excel	Office 19, Office19Excel2019VL_KMS_Client_AE edition	TMJWT-YYNMB-3BKTF-644FC-RVXBD	office		unverified	microsoft+independent
outlook-2019	2019	Outlook 2019	Outlook	Office 19, Office19Outlook2019VL_KMS_Client_AE edition	7HD7K-N4PVK-BHBCQ-YWQRW-XW4VK	office		unverified	microsoft+independent
powerpoint-2019	2019	PowerPoint 2019	PowerPoint	Office 19, Office19PowerPoint2019VL_KMS_Client_AE edition	RRNCX-C64HY-W2MM7-MCH9G-TJHMQ	office		unverified	microsoft+independent
publisher-2019	2019	Publisher 2019	Publisher	Office 19, Office19Publisher2019VL_KMS_Client_AE edition	G2KWX-3NW6P-PY93R-JXK2T-C9Y9V	office		unverified	microsoft+independent
skype-for-business-2019	2019	Skype for Business 2019	SkypeforBusiness	Office 19, Office19SkypeforBusiness2019VL_KMS_Client_AE edition	NCJ33-JHBBY-HTK98-MYCV8-HMKHJ	office		unverified	microsoft+independent
word-2019	2019	Word 2019	Word	Office 19, Office19Word2019VL_KMS_Client_AE edition	PBX3G-NWMT6-Q7XBW-PYJGG-WXD33	office		unverified	microsoft+independent
office-professional-plus-2016	2016	Office Professional Plus 2016	ProPlus	Office 16, Office16ProPlusVL_KMS_Client edition	XQNVK-8JYDB-WJ9W3-YJ8YR-WFG99	office		unverified	microsoft+independent
office-standard-2016	2016	Office Standard 2016	Standard	Office 16, Office16StandardVL_KMS_Client edition	JNRGM-WHDWX-FJJG3-K47QV-DRTFM	office		unverified	microsoft+independent
project-professional-2016	2016	Project Professional 2016	ProjectPro	Office 16, Office16ProjectProVL_KMS_Client edition	YG9NW-3K39V-2T3HJ-93F3Q-G83KT	office		unverified	microsoft+independent
project-standard-2016	2016	Project Standard 2016	ProjectStd	Office 16, Office16ProjectStdVL_KMS_Client edition	GNFHQ-F6YQM-KQDGJ-327XX-KQBVC	office		unverified	microsoft+independent
visio-professional-2016	2016	Visio Professional 2016	VisioPro	Office 16, Office16VisioProVL_KMS_Client edition	PD3PC-RHNGV-FXJ29-8JK7D-RJRJK	office		unverified	microsoft+independent
visio-standard-2016	2016	Visio Standard 2016	VisioStd	Office 16, Office16VisioStdVL_KMS_Client edition	7WHWN-4T7MP-G96JF-G33KR-W8GF4	office		unverified	microsoft+independent
access-2016	2016	Access 2016	Access	Office 16, Office16AccessVL_KMS_Client edition	GNH9Y-D2J4T-FJHGG-QRVH7-QPFDW	office		unverified	microsoft+independent
excel-2016	2016	Excel 2016	Excel	Office 16, Office16ExcelVL_KMS_Client edition	9C2PK-NWTVB-JMPW8-BFT28-7FTBF	office		unverified	microsoft+independent
onenote-2016	2016	OneNote 2016	OneNote	Office 16, Office16OneNoteVL_KMS_Client edition	DR92N-9HTF2-97XKM-XW2WJ-XW3J6	office		unverified	microsoft+independent
outlook-2016	2016	Outlook 2016	Outlook	Office 16, Office16OutlookVL_KMS_Client edition	R69KK-NTPKF-7M3Q4-QYBHW-6MT9B	office		unverified	microsoft+independent
powerpoint-2016	2016	PowerPoint 2016	PowerPoint	Office 16, Office16PowerPointVL_KMS_Client edition	J7MQP-HNJ4Y-WJ7YM-PFYGF-BY6C6	office		unverified	microsoft+independent
publisher-2016	2016	Publisher 2016	Publisher	Office 16, Office16PublisherVL_KMS_Client edition	F47MM-N3XJP-TQXJ9-BP99D-8K837	office		unverified	microsoft+independent
skype-for-business-2016	2016	Skype for Business 2016	SkypeforBusiness	Office 16, Office16SkypeforBusinessVL_KMS_Client edition	869NQ-FJ69K-466HW-QYCP2-DDBV6	office		unverified	microsoft+independent
word-2016	2016	Word 2016	Word	Office 16, Office16WordVL_KMS_Client edition	WXY84-JN2Q9-RBCCQ-3Q3J3-3PFJ6	office		unverified	microsoft+independent`;

/**
 * Published AVMA keys (Microsoft's page "Automatic Virtual Machine Activation"). Columns: generation, edition of that
 * generation, key. Those of Windows Server 2025 are taken from administrators' projects that quote that page alike.
 */
export const avmaLines = `ws2025	Datacenter	YQB4H-NKHHJ-Q6K4R-4VMY6-VCH67
ws2025	Datacenter: Azure Edition	6NMQ9-T38WF-6MFGM-QYGYM-88J4F
ws2025	Standard	WWVGQ-PNHV9-B89P4-8GGM9-9HPQ4
ws2022	Datacenter	W3GNR-8DDXR-2TFRP-H8P33-DV9BG
ws2022	Datacenter: Azure Edition	F7TB6-YKN8Y-FCC6R-KQ484-VMK3J
ws2022	Standard	YDFWN-MJ9JR-3DYRK-FXXRW-78VHK
ws2019	Datacenter	H3RNG-8C32Q-Q8FRX-6TDXV-WMBMW
ws2019	Standard	TNK62-RXVTB-4P47B-2D623-4GF74
ws2019	Essentials	2CTP7-NHT64-BP62M-FV6GG-HFV28
ws2016	Datacenter	TMJ3Y-NTRTM-FJYXT-T22BY-CWG3J
ws2016	Standard	C3RCX-M6NRP-6CXC9-TW2F2-4RHYD
ws2016	Essentials	B4YNW-62DX9-W8V6M-82649-MHBKQ
ws2012r2	Datacenter	Y4TGP-NPTV9-HTC2H-7MGQ3-DV4TW
ws2012r2	Standard	DBGBW-NPF86-BJVTX-K3WKJ-MTB6V
ws2012r2	Essentials	K2XGM-NMBT3-2R6Q8-WF2FK-P36R2`;
